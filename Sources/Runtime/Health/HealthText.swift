/// The body of `/readyz`: `{"ready":false,"checks":[{"name":"postgres","ready":false,"reason":"..."}]}`.
enum HealthText {
    static func json(_ checks: [HealthRegister.Check]) -> [UInt8] {
        var bytes: [UInt8] = []
        JSONText.appendRaw("{\"ready\":", to: &bytes)
        append(checks.allSatisfy { $0.state == .ready }, to: &bytes)
        JSONText.appendRaw(",\"checks\":[", to: &bytes)
        for (index, check) in checks.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            JSONText.appendRaw("{\"name\":", to: &bytes)
            JSONText.append(check.name, to: &bytes)
            JSONText.appendRaw(",\"ready\":", to: &bytes)
            append(check.state == .ready, to: &bytes)
            if case .notReady(let reason) = check.state {
                JSONText.appendRaw(",\"reason\":", to: &bytes)
                JSONText.append(reason, to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
        JSONText.appendRaw("]}\n", to: &bytes)
        return bytes
    }

    private static func append(_ flag: Bool, to bytes: inout [UInt8]) {
        JSONText.appendRaw(flag ? "true" : "false", to: &bytes)
    }
}
