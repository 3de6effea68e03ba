import Foundation

/// Time and chance enter the program in `Runtime` only; everywhere else they are passed in.
enum DeterminismRules {
    /// What reads the wall clock or draws at random, and what to use instead.
    private static let forbidden = [
        "Date()", "Date.now", "UUID()", "arc4random", "SystemRandomNumberGenerator", "getrandom(", "CLOCK_REALTIME",
    ]
    /// These draw from the system's generator unless another is handed in with `using:`. They are forbidden where
    /// decisions are made; elsewhere a retry's wait may be jittered, because it decides nothing that is stored.
    private static let pure: Set<String> = ["Domain", "Contracts"]
    private static let random = [".random(", ".randomElement(", ".shuffled(", ".shuffle("]

    static func violations(in files: [SourceFile]) -> [String] {
        files.filter { $0.target != "Runtime" }.flatMap { file in
            file.code.compactMap { number, line in
                let found =
                    forbidden.first { contains(line, word: $0) }
                    ?? (line.contains("using:") || !pure.contains(file.target)
                        ? nil : random.first { line.contains($0) })
                return found.map {
                    "\(file.path):\(number) uses \($0), but real time and chance live in Runtime only: take `now` or "
                        + "the random number as a parameter"
                }
            }
        }
    }

    /// Whether the text occurs and is not the end of a longer name: `startDate()` is none of ours.
    private static func contains(_ line: String, word: String) -> Bool {
        var rest = line[...]
        while let range = rest.range(of: word) {
            let before = range.lowerBound == line.startIndex ? " " : line[line.index(before: range.lowerBound)]
            if !before.isLetter, !before.isNumber, before != "_" { return true }
            rest = line[range.upperBound...]
        }
        return false
    }
}
