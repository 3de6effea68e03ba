/// Texts as others sent them, made such that PostgreSQL can keep them.
extension String {
    /// NUL becomes U+FFFD, as whatever is not UTF-8 does when a text is read.
    public var withoutNUL: String {
        guard utf8.contains(0) else { return self }
        var scalars = UnicodeScalarView()
        for scalar in unicodeScalars { scalars.append(scalar == "\0" ? "\u{FFFD}" : scalar) }
        return String(scalars)
    }

    /// The text's beginning, at most so many bytes of UTF-8, without a part of a scalar at its end. Characters are no
    /// measure of size: one letter may carry thousands of marks.
    public func beginning(bytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = utf8.index(startIndex, offsetBy: limit)
        while end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}
