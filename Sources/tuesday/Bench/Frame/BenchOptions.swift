import ArgumentParser

/// What the measurements that run a whole Tuesday have in common.
struct BenchOptions: ParsableArguments {
    @Option(help: "Where data and logs are kept meanwhile; must not exist, and is deleted when all went well.")
    var directory = ".tuesday-bench"

    @Flag(help: "Leave the directory behind.")
    var keep = false

    @Option(help: "Partitions of each topic that does not exist yet.")
    var partitions = 8

    @Option(help: "Copies of each worker.")
    var copies = 1

    @Option(help: "Cadres of an invented county of this size; the demonstration county's, about 1,200, unless given.")
    var cadres: Int?

    @Option(help: "Villages of an invented county of this size; the demonstration county's 345 unless given.")
    var villages: Int?

    @Option(help: "How many requests of the past are in the database before anything is measured.")
    var preload = 0

    @Option(help: "How often the measurement is repeated; the median counts.")
    var repeats = 3

    @Flag(inversion: .prefixedNo, help: "Check the whole database at the end, as `tuesday verify` does.")
    var verify = true

    @Flag(help: "Print the figures as a JSON object on the last line.")
    var json = false

    func validate() throws {
        guard (1...50).contains(repeats) else { throw ValidationError("--repeats takes 1...50") }
        guard (1...1_000).contains(partitions) else { throw ValidationError("--partitions takes 1...1000") }
        guard (1...16).contains(copies) else { throw ValidationError("--copies takes 1...16") }
        guard (0...1_000_000_000).contains(preload) else { throw ValidationError("--preload takes 0 or more") }
        guard (1...1_000_000).contains(cadres ?? 1), (1...1_000_000).contains(villages ?? 1) else {
            throw ValidationError("--cadres and --villages take 1...1000000")
        }
    }

    static let servers = """
        Where TUESDAY_KAFKA_BOOTSTRAP is set that broker is used, on which no other Tuesday may be at work: old records \
        are passed over, topics stay. Where PGHOST, PGHOSTADDR or PGSERVICE is set a database is created on that server, \
        and dropped again. Otherwise a private PostgreSQL (durable settings) and the embedded broker are started; that \
        broker keeps some 25,000 records a partition, so no more than it holds is ever put into it ahead of the readers.
        """
}
