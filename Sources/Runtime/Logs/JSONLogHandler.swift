import Logging

/// Writes one JSON object a line: `timestamp` (UTC, microseconds), `level`, `label`, `message`, `error` when the event
/// carries one, then the metadata. A nested dictionary is flattened with dots; a key that would hide one of those
/// five is prefixed `metadata.`.
///
/// A line is one `write`, so lines of several threads or processes do not mix (up to 4,096 bytes on a pipe).
/// What cannot be written is lost: a log never stops the work.
public struct JSONLogHandler: LogHandler {
    public var logLevel: Logger.Level
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let clock = SystemClock()
    private let sink: @Sendable ([UInt8]) -> Void

    /// Writes to standard error.
    public init(label: String, level: Logger.Level, metadataProvider: Logger.MetadataProvider? = nil) {
        self.init(label: label, level: level, metadataProvider: metadataProvider, sink: StandardError.write)
    }

    /// Hands each line, with its line end, to `sink`.
    init(
        label: String, level: Logger.Level, metadataProvider: Logger.MetadataProvider? = nil,
        sink: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.label = label
        self.logLevel = level
        self.metadataProvider = metadataProvider
        self.sink = sink
    }

    public subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        sink(line(for: event, at: clock.now().microseconds))
    }

    func line(for event: LogEvent, at microseconds: Int64) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(320)
        JSONText.appendRaw("{\"timestamp\":\"", to: &bytes)
        JSONText.appendTimestamp(microseconds: microseconds, to: &bytes)
        JSONText.appendRaw("\",\"level\":", to: &bytes)
        JSONText.append(event.level.rawValue, to: &bytes)
        JSONText.appendRaw(",\"label\":", to: &bytes)
        JSONText.append(label, to: &bytes)
        JSONText.appendRaw(",\"message\":", to: &bytes)
        JSONText.append(event.message.description, to: &bytes)
        if let error = event.error {
            JSONText.appendRaw(",\"error\":", to: &bytes)
            JSONText.append("\(error)", to: &bytes)
        }
        // Most specific last: the event's own keys win over the logger's, and those over the provider's.
        var all = metadata
        if let provided = metadataProvider?.get(), !provided.isEmpty {
            all.merge(provided) { own, _ in own }
        }
        if let own = event.metadata, !own.isEmpty {
            all.merge(own) { _, event in event }
        }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) {
            Self.append(value, key: key, to: &bytes)
        }
        JSONText.appendRaw("}\n", to: &bytes)
        return bytes
    }

    private static let reserved: Set<String> = ["timestamp", "level", "label", "message", "error"]

    private static func append(_ value: Logger.MetadataValue, key: String, to bytes: inout [UInt8]) {
        if case .dictionary(let nested) = value {
            for (inner, value) in nested.sorted(by: { $0.key < $1.key }) {
                append(value, key: "\(key).\(inner)", to: &bytes)
            }
            return
        }
        bytes.append(UInt8(ascii: ","))
        JSONText.append(reserved.contains(key) ? "metadata.\(key)" : key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        append(value, to: &bytes)
    }

    private static func append(_ value: Logger.MetadataValue, to bytes: inout [UInt8]) {
        switch value {
        case .string(let text):
            JSONText.append(text, to: &bytes)
        case .stringConvertible(let convertible):
            switch convertible {
            case is Int, is Int64, is Int32, is UInt64, is UInt32, is Bool:
                bytes.append(contentsOf: convertible.description.utf8)
            case let number as Double where number.isFinite:
                bytes.append(contentsOf: number.description.utf8)
            default:
                JSONText.append(convertible.description, to: &bytes)
            }
        case .array(let values):
            bytes.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                append(value, to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .dictionary(let values):
            bytes.append(UInt8(ascii: "{"))
            for (index, entry) in values.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                JSONText.append(entry.key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                append(entry.value, to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        @unknown default:
            JSONText.append(value.description, to: &bytes)
        }
    }
}
