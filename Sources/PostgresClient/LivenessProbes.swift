import CLibpq

/// How a connection finds out that the other side is gone without a word: a host that lost its power or its network
/// closes nothing, and Linux alone waits for two hours, or for as long as it goes on sending again (some fifteen minutes).
///
/// A minute is far beyond what a network loses in passing. A server whose host lives answers probes through its kernel, however
/// busy it is; only one that takes in nothing of what it is sent for that long is given up as well. Of a connection on a
/// Unix-domain socket libpq ignores all of these.
enum LivenessProbes {
    /// Seconds of silence before the first probe, seconds between probes, probes without an answer, and milliseconds for which
    /// what was sent may stay unacknowledged.
    static let defaults = [
        ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "4"), ("tcp_user_timeout", "60000"),
    ]

    /// The defaults that libpq's environment and service file leave open. Reads that file.
    static func open() -> [(String, String)] {
        guard let options = PQconndefaults() else { return defaults }
        defer { PQconninfoFree(options) }
        var given: Set<String> = []
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val, value.pointee != 0 { given.insert(String(cString: keyword)) }
            option += 1
        }
        return defaults.filter { !given.contains($0.0) }
    }
}
