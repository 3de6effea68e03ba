"""Rows as the text that COPY takes: cells joined here once, because a call for each cell costs more than the row."""

NULL = b"\\N"


def escaped(text):
    """A cell of text from outside."""
    if text is None:
        return NULL
    cell = text.encode()
    if b"\\" in cell:
        cell = cell.replace(b"\\", b"\\\\")
    if b"\t" in cell or b"\n" in cell or b"\r" in cell:
        cell = cell.replace(b"\t", b"\\t").replace(b"\n", b"\\n").replace(b"\r", b"\\r")
    return cell


def copy(cursor, target, rows):
    """Copies rows, each its cells joined by tabs, into a table with its columns."""
    if rows:
        with cursor.copy(f"copy {target} from stdin") as stream:
            stream.write(b"\n".join(rows) + b"\n")


def array(texts):
    """An array of ids or numbers as the text PostgreSQL reads: one parameter instead of an adapted list of thousands."""
    return "{" + ",".join(texts) + "}"
