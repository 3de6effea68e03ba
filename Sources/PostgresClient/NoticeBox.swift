import CLibpq

/// Collects the server's notices until the connection's lock is released and they can be logged.
final class NoticeBox {
    private var lines: [PostgresLogLine] = []
    /// A statement that raises a notice per row must not fill the memory.
    private static let bound = 100

    func drain() -> [PostgresLogLine] {
        guard !lines.isEmpty else { return [] }
        defer { lines.removeAll() }
        return lines
    }

    static func receive(_ context: UnsafeMutableRawPointer?, _ result: OpaquePointer?) {
        guard let context, let result else { return }
        let box = Unmanaged<NoticeBox>.fromOpaque(context).takeUnretainedValue()
        guard box.lines.count < bound else { return }
        let isWarning = ServerError.field(result, "V") == "WARNING"
        box.lines.append(
            PostgresLogLine(
                level: isWarning ? .warning : .notice, message: ServerError.field(result, "M") ?? "",
                sqlState: ServerError.field(result, "C")))
    }
}
