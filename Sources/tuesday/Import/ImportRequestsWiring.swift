import Domain
import PostgresClient
import Runtime
import Store
import Workflow

/// What an import of requests is put together from.
struct ImportRequestsWiring {
    let pool: PostgresPool
    let registers: RegisterCache
    /// What the rows are checked against.
    let snapshot: RegisterCache.Snapshot
    /// The county of `TUESDAY_COUNTY`, or the only one.
    let county: Register
    private let settings: Settings

    init(pool: PostgresPool) async throws {
        self.pool = pool
        settings = try Settings.read(program: .tuesday, arguments: [])
        registers = RegisterCache(source: RegisterReading(pool: pool))
        snapshot = try await registers.current()
        let code = settings.text(.county)
        let found = snapshot.registers.values.filter { code.isEmpty || $0.county.code == code }
        guard found.count == 1 else {
            throw CommandFailure(
                code.isEmpty
                    ? "expected one county in the register, found \(found.count): name one with TUESDAY_COUNTY"
                    : "expected the code of a county in TUESDAY_COUNTY, found \"\(code)\"",
                exitStatus: ExitStatus.configuration)
        }
        county = found[0]
    }

    var accept: AcceptSubmissions {
        let random = SystemRandom()
        return AcceptSubmissions(store: SubmissionTransactions(pool: pool), registers: registers) {
            RequestID(acceptedAt: $0, random: random.random128())
        }
    }

    /// A lane for the events.
    func publishing() throws -> ToolLane {
        try ToolLane("import", pool: pool, settings: settings)
    }
}
