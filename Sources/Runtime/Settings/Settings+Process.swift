import FoundationEssentials
import Glibc

extension Settings {
    /// Reads this process's environment and files; `arguments` as in `read`. Fills in `instance` as host:pid.
    public static func read(program: Program, arguments: [String]) throws(SettingsError) -> Settings {
        try read(
            program: program, arguments: arguments, environment: ProcessInfo.processInfo.environment,
            readFile: TextFile.read
        ).naming(host: Self.hostName(), pid: getpid())
    }

    /// With `instance` host:pid when nobody named it.
    func naming(host: String, pid: Int32) -> Settings {
        guard let instance = values[Setting.instance.name], instance.text.isEmpty else { return self }
        var named = values
        named[Setting.instance.name] = Value(text: "\(host):\(pid)", source: instance.source)
        let kafka = kafkaProperties.map { key, text in
            (key, Value(text: text, source: kafkaSources[key] ?? .default))
        }
        return Settings(program: program, values: named, kafka: Dictionary(uniqueKeysWithValues: kafka))
    }

    private static func hostName() -> String {
        var bytes = [CChar](repeating: 0, count: 256)
        let status = gethostname(&bytes, bytes.count - 1)
        guard status == 0 else { return "localhost" }
        return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// Small text files: settings, secrets, `/proc`.
enum TextFile {
    /// The whole text, or nil when the file cannot be opened or read. Works on `/proc`, whose files claim size zero.
    static func read(_ path: String) -> String? {
        bytes(path).map { String(decoding: $0, as: UTF8.self) }
    }

    static func bytes(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return content }
            content.append(contentsOf: chunk[..<count])
        }
    }
}
