/// Where brokers are to be found now by those who know the ports of others, in whose places they are.
struct BrokerPorts {
    /// By every port that a broker ever had.
    private(set) var present: [UInt16: UInt16] = [:]

    /// - Parameters:
    ///   - former: broker by broker; none: these are the first ones.
    ///   - next: of as many brokers.
    mutating func move(from former: [UInt16], to next: [UInt16]) {
        let moves = Dictionary(zip(former, next)) { first, _ in first }
        present = present.mapValues { moves[$0] ?? $0 }.merging(moves) { _, moved in moved }
        // A port that was somebody else's before is its present owner's.
        for port in next { present[port] = port }
    }

    /// As a failpoint's page says it.
    ///
    /// - Parameter proxies: the ports to connect to instead of brokers' own.
    func words(by proxies: [UInt16: UInt16]) -> String {
        present.mapValues { proxies[$0] ?? $0 }.filter { $0.key != $0.value }
            .map { "detour=\($0.key):\($0.value)" }.sorted().joined(separator: " ")
    }

    /// - Parameter bootstrap: `127.0.0.1:1234,127.0.0.1:1235`.
    static func ports(_ bootstrap: String) -> [UInt16] {
        bootstrap.split(separator: ",").compactMap { $0.split(separator: ":").last.flatMap { UInt16($0) } }
    }
}
