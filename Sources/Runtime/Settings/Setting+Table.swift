/// The settings, a row each. To add one: write its row, and name it in `table`.
extension Setting {
    public static let instance = Setting(
        "instance", .text, for: .all,
        "name of this copy in logs, lanes and PostgreSQL; empty means host:pid")
    public static let logLevel = Setting(
        "log.level", .choice(["trace", "debug", "info", "notice", "warning", "error", "critical"]), default: "info",
        for: .all, "least severe level that is written to stderr")

    public static let adminHost = Setting(
        "admin.host", .text, default: "127.0.0.1", for: .workers, "address the admin port listens on")
    public static let adminPort = Setting(
        "admin.port", .integer(0...65535), default: "0",
        per: [.intake: "9101", .router: "9102", .followup: "9103", .stats: "9104"], for: .workers,
        "port of /healthz, /readyz and /metrics; 0 turns it off")

    public static let httpHost = Setting(
        "http.host", .text, default: "127.0.0.1", for: [.intake], "address the public port listens on")
    public static let httpPort = Setting(
        "http.port", .integer(0...65535), default: "8080", for: [.intake, .tuesday],
        "port of the live page and the operations API; 0 takes any free port")
    public static let httpMaximumBodyBytes = Setting(
        "http.maximum-body-bytes", .integer(1024...1_073_741_824), default: "524288", for: [.intake],
        "a larger request body is refused with 413; the longest texts of a submission have some 270,000 bytes when every "
            + "character is written as an escape, and answers to the service's attributes come on top")
    public static let httpMaximumPendingBytes = Setting(
        "http.maximum-pending-bytes", .integer(1024...1_099_511_627_776), default: "16777216", for: [.intake],
        "bytes of request bodies that are received or wait for their answer at most, all together; beyond it HTTP answers "
            + "429; memory holds each of them up to some four times")
    public static let httpMaximumConnections = Setting(
        "http.maximum-connections", .integer(1...1_000_000), default: "2048", for: [.intake],
        "connections served at a time at most; more wait unseen until one is closed; each may take some 60 KB, and needs "
            + "a file descriptor")
    public static let apiKeys = Setting(
        "api.keys", .list, secret: true, for: [.intake, .tuesday],
        "keys, one of which every POST must name in X-API-Key or api_key; empty means that no key is asked for. "
            + "`tuesday request` names the first")

    public static let kafkaBootstrap = Setting(
        "kafka.bootstrap", .text, default: "127.0.0.1:9092", for: .all, "brokers to ask first, host:port,...")
    public static let kafkaIncarnation = Setting(
        "kafka.incarnation", .text, for: .all,
        "told apart from the cluster id when that can repeat; minted by `tuesday up` and `tuesday topics rebuild`")
    public static let kafkaSessionTimeout = Setting(
        "kafka.session-timeout-ms", .duration(.milliseconds, 1_000...1_800_000), default: "6000", for: .workers,
        "a silent worker's partitions move after this long")
    public static let kafkaProperties = Setting(
        "kafka.properties", .path, for: .all, "properties file whose keys reach librdkafka unchanged")
    public static let topicsPartitions = Setting(
        "topics.partitions", .integer(1...10_000), default: "8", for: .all, "partitions of a topic when it is created")
    public static let topicsReplication = Setting(
        "topics.replication", .integer(1...32), default: "1", for: .all, "replicas of a topic when it is created")

    public static let postgresConnections = Setting(
        "postgres.connections", .integer(1...1_000), default: "4", for: .all,
        "connections to PostgreSQL; where it listens is libpq's own PG* environment")
    public static let postgresStatementTimeout = Setting(
        "postgres.statement-timeout-seconds", .duration(.seconds, 0...86_400), default: "300", for: .workers,
        "a statement that takes longer is given up and its work tried again: a worker's take milliseconds to seconds, and one "
            + "that nobody answers would hold its lane for ever; 0 means no limit")

    public static let batchMaximumRecords = Setting(
        "batch.maximum-records", .integer(1...100_000), default: "5000", per: [.stats: "20000"], for: .workers,
        "records of one transaction at most")
    public static let batchMaximumBytes = Setting(
        "batch.maximum-bytes", .integer(1024...1_073_741_824), default: "8388608", for: .workers,
        "bytes of record values of one transaction at most")
    public static let batchLinger = Setting(
        "batch.linger-ms", .duration(.milliseconds, 0...60_000), default: "5",
        per: [.followup: "250", .stats: "1000"], for: .workers,
        "how long an unfilled batch waits for more, unless batch.quiet-ms is over first")
    public static let batchQuiet = Setting(
        "batch.quiet-ms", .duration(.milliseconds, 0...60_000), default: "1000",
        per: [.stats: "300"], for: .workers,
        "an unfilled batch waits no longer once no record came for so long")
    public static let batchConcurrent = Setting(
        "batch.concurrent", .integer(1...1_000), default: "2", for: .workers,
        "partitions whose batches are in PostgreSQL at the same time; the others gather larger ones meanwhile")
    public static let submitMaximumPending = Setting(
        "submit.maximum-pending", .integer(1...1_000_000), default: "2000", for: [.intake],
        "submissions, and moves, queued for a transaction at most; beyond it HTTP answers 429; each takes some 30 KB "
            + "besides its body")

    public static let county = Setting(
        "county", .text, for: .all, "code of the county served; empty means the only one in the register")
    public static let followupTick = Setting(
        "followup.tick-ms", .duration(.milliseconds, 10...3_600_000), default: "1000", for: [.followup],
        "how often due deadlines are looked for")
    public static let routerTick = Setting(
        "router.tick-ms", .duration(.milliseconds, 10...3_600_000), default: "1000", for: [.router],
        "how often waiting requests are tried again")
    public static let routerSweep = Setting(
        "router.sweep-seconds", .duration(.seconds, 1...86_400), default: "60", for: [.router],
        "a request that was announced this long ago and that no record brought to a router is routed all the same")

    public static let statsTick = Setting(
        "stats.tick-ms", .duration(.milliseconds, 10...3_600_000), default: "5000", for: [.stats],
        "how often hours that are over are looked for; at most 100 are told each time")
    public static let statsGrace = Setting(
        "stats.grace-seconds", .duration(.seconds, 0...86_400), default: "300", for: [.stats],
        "an hour's figures are told when it has been over, and unchanged, for this long")

    public static let stopTimeout = Setting(
        "stop.timeout-seconds", .duration(.seconds, 1...3_600), default: "25", for: .workers,
        "a stop that takes longer is cut off with exit 70; keep below the supervisor's own patience (docker: 10)")
    public static let watchdogStall = Setting(
        "watchdog.stall-seconds", .duration(.seconds, 1...86_400), default: "60", for: .workers,
        "work without progress for this long makes the worker not ready")

    /// Every row, in the order `--help` and `tuesday settings` print them.
    public static let table: [Setting] = [
        instance, logLevel, county,
        adminHost, adminPort, httpHost, httpPort, httpMaximumBodyBytes, httpMaximumPendingBytes,
        httpMaximumConnections, apiKeys,
        kafkaBootstrap, kafkaIncarnation, kafkaSessionTimeout, kafkaProperties, topicsPartitions, topicsReplication,
        postgresConnections, postgresStatementTimeout,
        batchMaximumRecords, batchMaximumBytes, batchLinger, batchQuiet,
        batchConcurrent, submitMaximumPending,
        followupTick, routerTick, routerSweep, statsTick, statsGrace, stopTimeout, watchdogStall,
    ]
}
