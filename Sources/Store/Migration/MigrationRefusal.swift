/// Why the migrator left a database as it was. Each says what was expected, what was found and what to do.
public enum MigrationRefusal: Error, Hashable, CustomStringConvertible {
    /// The file was changed after the database had it.
    case changed(file: String)
    /// The database has a migration this program does not know.
    case databaseIsNewer(number: Int32, name: String)
    /// The numbers of the files have a gap or a repetition.
    case misnumbered(file: String, expected: Int32)
    /// Another migration held the lock for the whole wait.
    case busy(seconds: Int64)

    public var description: String {
        switch self {
        case .changed(let file):
            "Migration \(file) differs from the file this database was migrated with. "
                + "Applied migrations are never edited: restore the file and write a new migration."
        case .databaseIsNewer(let number, let name):
            "The database has migration \(number) (\(name)), which this program does not know. "
                + "Use the newer release; migrations only go forward."
        case .misnumbered(let file, let expected):
            "Migration file \(file) was expected to have number \(expected); number the files 0001, 0002, ... without gaps."
        case .busy(let seconds):
            "Another migration of this database was still running after \(seconds) seconds; try again when it is done."
        }
    }
}
