import AsyncHTTPClient
import Contracts
import Foundation
import KafkaClient
import Messaging
import PostgresClient
import Runtime
import Store
import Workflow

/// A whole Tuesday on this machine: a private PostgreSQL, a broker in this process, and the workers as children.
///
/// What is started later is stopped earlier. Everything ends with this process, however that ends; the data stays, and
/// the next start publishes again what the broker in memory forgot.
actor LocalTuesday {
    struct Options: Sendable {
        var partitions: Int
        /// Of each worker.
        var copies: Int
        /// Nil: the usual one, or a free one when that is taken.
        var httpPort: Int?
        /// Settings by their environment names, for every worker.
        var workerSettings: [String: String] = [:]
        var programs: [Program] = [.intake, .router, .followup, .stats]
        /// What an empty register gets, in order of import.
        var county: @Sendable () -> [(kind: ImportKind, text: String)] = { DemonstrationCounty().files() }
        /// A broker used instead of the embedded one, which may hold records of others: they are passed over.
        var givenKafka: KafkaSettings?
        /// Whether libpq's environment names a server, on which a database is made and dropped again.
        var usesGivenPostgres = false
        /// Whether the groups begin where the log ends, and nothing that PostgreSQL knows is published again.
        var beginsAtEnd = false
    }

    static let database = "tuesday"

    nonisolated let local: LocalDirectory
    nonisolated let client: HTTPClient
    private let options: Options
    private let console: Console

    private var server: DatabaseServer?
    private var openPool: PostgresPool?
    private var openBroker: LocalBroker?
    private var workers: WorkerCopies?
    private var rest: Task<Void, Never>?
    /// Of intake's pages and interface.
    private(set) var httpPort = 0

    init(_ local: LocalDirectory, _ options: Options, console: Console) {
        self.local = local
        self.options = options
        self.console = console
        client = HTTPClient(eventLoopGroupProvider: .singleton)
    }

    /// Where residents and cadres find it.
    var url: String { "http://127.0.0.1:\(httpPort)" }

    var bootstrapServers: String { openBroker?.bootstrapServers ?? "" }

    /// From ``startWork()`` on.
    var broker: LocalBroker {
        get throws {
            guard let openBroker else { throw CommandFailure("Kafka has not been started") }
            return openBroker
        }
    }

    /// What another program needs to find PostgreSQL, as the owner of everything, and Kafka.
    var environment: [String: String] {
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("PG") }
        environment.merge(server?.environment ?? [:]) { $1 }
        environment["TUESDAY_KAFKA_BOOTSTRAP"] = bootstrapServers
        return environment
    }

    /// Of the submissions topic: a given broker's may have other than were asked for.
    private(set) var partitions = 0

    /// The running workers, copies of one together.
    var processes: [(program: Program, processID: Int32, adminPort: Int)] {
        get async { await workers?.processes ?? [] }
    }

    /// The superuser's connections, from ``startDatabase()`` on.
    var pool: PostgresPool {
        get throws {
            guard let openPool else { throw CommandFailure("PostgreSQL has not been started") }
            return openPool
        }
    }

    /// PostgreSQL, the schema, and a county when there is none.
    func startDatabase() async throws {
        let pool = try await openDatabase()
        let outcome = try await Migrator(pool: pool, files: try SchemaFiles.shipped()).migrate()
        if !outcome.isEmpty { console.say("PostgreSQL: \(outcome.applied.count) migrations applied") }
        if try await RegisterStore(pool: pool).counties().isEmpty {
            console.say("Register: importing the demonstration county")
            try await importCounty(options.county(), into: pool, console: console)
        }
        try await pool.withConnection { try await $0.execute(script: Self.analyzeRegister) }
    }

    /// The server, and connections to a database in it.
    func openDatabase() async throws -> PostgresPool {
        let server: DatabaseServer
        if options.usesGivenPostgres {
            console.say("PostgreSQL: a database on the server that the environment names")
            server = try await .given(console: console)
        } else {
            console.say("PostgreSQL: starting in \(local.postgres)")
            server = try await .own(directory: local.postgres, database: Self.database)
        }
        self.server = server
        let pool = PostgresPool(
            PostgresSettings(
                conninfo: server.conninfo, applicationName: "tuesday/\(Version.current) up", maximumConnections: 8))
        openPool = pool
        return pool
    }

    /// Only the register, which has just been filled. Of a table that was never analyzed the planner assumes some
    /// hundred rows; of one analyzed while it was empty none, and then any index looks as good as the right one.
    private static let analyzeRegister = """
        do $$
        declare register_table record;
        begin
            for register_table in select tablename from pg_tables where schemaname = 'register' loop
                execute format('analyze register.%I', register_table.tablename);
            end loop;
        end
        $$
        """

    /// The broker, what it has to know again, and the workers; returns when all are ready.
    func startWork() async throws {
        try await startBroker()
        let incarnation = String(UInt64.random(in: .min ... .max), radix: 16)
        if options.beginsAtEnd || options.givenKafka != nil {
            let cluster = try await admin.clusterName()
            try await LogBeginning(pool: try pool, admin: admin).passOver(cluster: cluster, incarnation: incarnation)
        } else {
            try await rebuildTopics(incarnation)
        }
        let copies = try plan(incarnation)
        let workers = WorkerCopies(copies, console: console)
        self.workers = workers
        console.say("Workers: starting \(copies.count) processes; logs in \(local.logs)")
        try await workers.start()
        try writeEnvironment(incarnation)
        try await workers.awaitReady(within: .seconds(90), client: client)
        console.say("Ready: \(url)")
    }

    /// The broker with its topics.
    func startBroker() async throws {
        let (broker, partitions) = try await LocalBroker.open(given: options.givenKafka, partitions: options.partitions)
        openBroker = broker
        self.partitions = partitions
        console.say(
            "Kafka: \(broker.isEmbedded ? "embedded broker on " : "")\(broker.bootstrapServers), "
                + "\(partitions) partitions a topic")
    }

    /// Stops everything in order; may be called at any point of a start, and again.
    func stop() async {
        rest?.cancel()
        // First the connections kept open to intake, whose stop would wait for them. What fails has nothing left to lose.
        try? await client.shutdown()
        if let workers {
            console.say("Workers: stopping")
            await workers.stop(within: .seconds(25))
        }
        workers = nil
        await openPool?.close()
        openPool = nil
        openBroker?.close()
        openBroker = nil
        if let server {
            console.say("PostgreSQL: stopping")
            await server.stop()
        }
        server = nil
    }

    /// Lets what some group had not applied when the last broker was stopped leave once more, while the workers read.
    private func rebuildTopics(_ incarnation: String) async throws {
        let pool = try pool
        let cluster = try await admin.clusterName()
        let log = try await LaneStore(pool: pool).log(cluster: cluster, incarnation: incarnation)
        guard log.needsRebuild else { return }
        let producer = try KafkaProducer(settings: ["bootstrap.servers": bootstrapServers])
        let repair = LogRepair(
            places: BrokerPlaces(pool: pool, admin: admin, log: log.id), producer: producer, owner: "tuesday up",
            console: console)
        let begun = try await repair.begin(.unapplied, because: "tuesday up")
        console.say(
            "Kafka: \(begun.outcome.events) events of \(begun.outcome.requests) unfinished requests leave once more")
        rest = Task { [console] in
            do {
                try await repair.publish(begun)
                try await repair.republish(all: false)
            } catch {
                // Whoever stops Tuesday stops this too; otherwise a worker goes on with the events.
                if !Task.isCancelled { console.warn("Kafka: not published by this process: \(error)") }
            }
            await producer.close(timeoutMilliseconds: 5_000)
        }
    }

    var admin: KafkaAdmin { openBroker?.admin ?? KafkaAdmin(settings: [:]) }

    private func plan(_ incarnation: String) throws -> [WorkerCopy] {
        guard let server else { throw CommandFailure("PostgreSQL has not been started") }
        let settings = try Settings.read(program: .intake, arguments: [])
        var taken: Set<Int> = []
        func free(_ wanted: Int) throws -> Int {
            let port = try FreePort.find(near: wanted, except: taken)
            taken.insert(port)
            return port
        }
        if let asked = options.httpPort {
            guard asked == 0 || FreePort.isFree(asked) else {
                throw CommandFailure(
                    "port \(asked) is taken; choose another with --http-port, or 0 for any", exitStatus: ExitStatus.unavailable)
            }
            httpPort = try free(asked)
        } else {
            httpPort = try free(settings.int(.httpPort))
            if httpPort != settings.int(.httpPort) {
                console.say("port \(settings.int(.httpPort)) is taken, \(httpPort) is used")
            }
        }
        return try (1...options.copies).flatMap { number in
            try options.programs.enumerated().map { index, program in
                let adminPort = try free(9101 + options.programs.count * (number - 1) + index)
                let executable = try Self.executable(program)
                let copyName = number == 1 ? program.name : "\(program.name)-\(number)"
                var environment = self.environment.merging(options.workerSettings) { $1 }
                if server.hasWorkerRoles { environment["PGUSER"] = program.name.replacing("-", with: "_") }
                environment.merge([
                    "TUESDAY_KAFKA_INCARNATION": incarnation,
                    "TUESDAY_ADMIN_HOST": "127.0.0.1", "TUESDAY_ADMIN_PORT": "\(adminPort)",
                    "TUESDAY_TOPICS_PARTITIONS": "\(options.partitions)",
                    "TUESDAY_HTTP_PORT": number == 1 ? "\(httpPort)" : "0",
                ]) { $1 }
                return WorkerCopy(
                    program: program, number: number, executable: executable, environment: environment,
                    adminPort: adminPort, log: "\(local.logs)/\(copyName).log")
            }
        }
    }

    /// The worker's executable, which stands beside this one.
    private static func executable(_ program: Program) throws -> String {
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folder = URL(fileURLWithPath: own ?? CommandLine.arguments[0]).deletingLastPathComponent().path
        let path = "\(folder)/\(program.name)"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw CommandFailure("\(path) is missing: build it with `swift build`", exitStatus: ExitStatus.unavailable)
        }
        return path
    }

    /// What a shell sources so that psql, kcat and `tuesday` find this Tuesday.
    private func writeEnvironment(_ incarnation: String) throws {
        // A given server's settings may hold a password, and whoever gave them has them.
        guard !options.usesGivenPostgres else { return }
        let postgres = environment.filter { $0.key.hasPrefix("PG") }.merging(["PGUSER": "tuesday_operator"]) { $1 }
        let text = """
            # How to reach the Tuesday that runs in \(local.path):
            #   . \(local.environmentFile)
            #   psql -c 'select * from report.county_day'
            #   PGUSER=tuesday_analyst psql          (analysts: views of schema report only)
            #   kcat -b $TUESDAY_KAFKA_BOOTSTRAP -C -e -t tuesday.requests.v1 -f '%k %h %s\\n'
            #   curl $COUNTY_URL/v1/requests
            \(postgres.sorted { $0.key < $1.key }.map { "export \($0.key)='\($0.value)'" }.joined(separator: "\n"))
            export TUESDAY_KAFKA_BOOTSTRAP='\(bootstrapServers)'
            export TUESDAY_KAFKA_INCARNATION='\(incarnation)'
            export TUESDAY_HTTP_PORT='\(httpPort)'
            COUNTY_URL='\(url)'

            """
        try text.write(toFile: local.environmentFile, atomically: true, encoding: .utf8)
    }
}
