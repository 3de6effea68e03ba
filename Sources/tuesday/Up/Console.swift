import Foundation
import Glibc

/// What people read: messages go to stderr, so that stdout holds nothing but data.
struct Console: Sendable {
    /// Whether stderr is a terminal, where a line may be drawn over.
    let isTerminal: Bool
    /// Colour is for terminals whose user did not say `NO_COLOR`.
    let usesColour: Bool

    static let standard: Console = {
        let isTerminal = isatty(2) == 1
        let refusal = ProcessInfo.processInfo.environment["NO_COLOR"] ?? ""
        return Console(isTerminal: isTerminal, usesColour: isTerminal && refusal.isEmpty)
    }()

    /// One message, on a line of its own.
    func say(_ text: String) {
        write((isTerminal ? "\r\u{1B}[K" : "") + text + "\n")
    }

    /// A message that something is not as it should be.
    func warn(_ text: String) {
        say(usesColour ? "\u{1B}[33m\(text)\u{1B}[0m" : text)
    }

    /// The line that is drawn over by the next one; nothing where there is no terminal.
    func progress(_ text: String) {
        if isTerminal { write("\r\u{1B}[K" + text) }
    }

    private func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}

/// Why a verb cannot go on, in a sentence for people, with the exit status of sysexits.h.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String
    let exitStatus: Int32

    init(_ description: String, exitStatus: Int32 = 1) {
        self.description = description
        self.exitStatus = exitStatus
    }
}
