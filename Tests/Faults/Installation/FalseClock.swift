import Foundation

/// Debian's libfaketime, which tells a process another time than the machine's.
struct FalseClock: Sendable {
    /// Nil: it is not installed.
    static let library: String? = {
        let folder = "/usr/lib"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.map { "\(folder)/\($0)/faketime/libfaketime.so.1" }.first { FileManager.default.fileExists(atPath: $0) }
    }()

    private let file: String

    /// - Parameter file: holds how far the clock is off.
    init(file: String) throws {
        self.file = file
        try shift(seconds: 0)
    }

    /// What a process is to be started with.
    var variables: [String: String] {
        [
            "LD_PRELOAD": Self.library ?? "", "FAKETIME_TIMESTAMP_FILE": file, "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1",
        ]
    }

    /// Within a second the process is so far from the machine's time.
    func shift(seconds: Int) throws {
        try "\(seconds < 0 ? "" : "+")\(seconds)s\n".write(toFile: file, atomically: true, encoding: .utf8)
    }
}
