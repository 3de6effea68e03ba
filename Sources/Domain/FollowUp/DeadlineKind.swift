/// Which promise a deadline stands for. The raw values are stored; never renumber them.
public enum DeadlineKind: Int16, Sendable, CaseIterable {
    /// The owner says "I have it"; counted anew for every assignment.
    case acknowledge = 1
    /// The resident has an answer; counted from acceptance, moved by nothing but a reopening.
    case resolve = 2

    public var word: String { self == .acknowledge ? "acknowledge" : "resolve" }
}
