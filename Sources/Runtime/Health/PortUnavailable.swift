import NIOCore

/// Somebody else listens on a port, or this user may not.
struct PortUnavailable: ExitStatusError, CustomStringConvertible {
    /// Where the port is from: `admin.port`.
    let setting: String
    let host: String
    let port: Int
    let error: IOError

    var exitStatus: Int32 { ExitStatus.unavailable }
    var description: String { "\(setting): \(host):\(port) cannot be opened (\(error)): choose another \(setting)" }
}
