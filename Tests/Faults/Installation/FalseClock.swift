import AsyncHTTPClient
import Foundation

/// Debian's libfaketime, which tells a process another time than the machine's.
struct FalseClock: Sendable {
    /// Nil: it is not installed.
    static let library: String? = {
        let folder = "/usr/lib"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.map { "\(folder)/\($0)/faketime/libfaketime.so.1" }.first { FileManager.default.fileExists(atPath: $0) }
    }()

    /// How far a worker's clock may be off, in seconds: hours ahead, days behind, and what a careless operator does.
    static let shifts = [7_200, -10_800, 864_000, -864_000, 30, -30]

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

    /// By how many seconds a worker takes the time to be another than it is; nil when it does not answer.
    ///
    /// Every answer of its admin port is dated by its own clock, which the HTTP server looks at once a second.
    static func shift(shownAt adminPort: Int) async -> Int? {
        let request = HTTPClientRequest(url: "http://127.0.0.1:\(adminPort)/healthz")
        // Refused connections and silence show nothing.
        guard let response = try? await HTTP.client.execute(request, timeout: .seconds(3)),
            let date = response.headers.first(name: "date")
        else { return nil }
        return shift(of: date, at: Date())
    }

    /// - Parameter date: as HTTP has it, `Tue, 16 Jun 2026 08:31:00 GMT`.
    static func shift(of date: String, at now: Date) -> Int? {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(secondsFromGMT: 0)
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return format.date(from: date).map { Int($0.timeIntervalSince(now).rounded()) }
    }

    /// Whether what is shown is this shift and no other: the date is to the second, and may be two seconds old.
    static func shows(_ shown: Int?, _ shift: Int) -> Bool { shown.map { abs($0 - shift) <= 5 } ?? false }
}
