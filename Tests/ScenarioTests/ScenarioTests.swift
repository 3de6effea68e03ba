import AsyncHTTPClient
import Contracts
import Foundation
import NIOCore
import PostgresClient
import TestSupport
import Testing

/// The whole system as it is shipped: four executables, PostgreSQL, Kafka.
@Suite(.serialized, .timeLimit(.minutes(15)))
struct ScenarioTests {
    /// What `compose.yaml` runs once, and what it asks each worker again and again.
    @Test
    func theOneShotAndHealthCommandsOfComposeDoTheirWork() async throws {
        try await Scenario.run { scenario in
            try await scenario.tuesday("migrate")
            #expect(try await scenario.tuesday("topics", "create").contains("exist already"))
            let workers = try await scenario.start()
            for worker in workers {
                let port = ["TUESDAY_ADMIN_PORT": "\(worker.adminPort)"]
                try await scenario.run(worker.name, ["healthcheck"], settings: port)
            }
            for worker in workers { try await worker.stop() }
            let port = ["TUESDAY_ADMIN_PORT": "\(workers[0].adminPort)"]
            await #expect(throws: ScenarioFailure.self) {
                try await scenario.run(workers[0].name, ["healthcheck"], settings: port)
            }
        }
    }

    @Test
    func aRequestLivesItsWholeLife() async throws {
        try await Scenario.run { scenario in
            let workers = try await scenario.start()
            let api = API(url: scenario.url)
            let submission = """
                {"village":"V3","service":"general","subject":"路灯坏了","description":"晚上看不见路","name":"李四","phone":"13900000000"}
                """
            let first = try await api.post("/v1/requests", submission, key: "life-1")
            #expect(first.status == 201)
            let id = try #require(first.text("request_id"))
            let again = try await api.post("/v1/requests", submission, key: "life-1")
            #expect(again.status == 200)
            #expect(again.text("request_id") == id)
            let changed = try await api.post(
                "/v1/requests", submission.replacingOccurrences(of: "晚上", with: "夜里"), key: "life-1")
            #expect(changed.status == 422)
            let wrong = try await api.post(
                "/v1/requests", submission.replacingOccurrences(of: "V3", with: "nowhere"), key: "life-2")
            #expect((400..<500).contains(wrong.status))

            try await eventually("the request is assigned") {
                try await scenario.count("select count(*) from tuesday.request where state = 2") == 1
            }
            // Follow-up promises what the present state asks for: a cadre who is faster than it is promised less.
            try await eventually("both deadlines are set") {
                try await scenario.count("select count(*) from tuesday.deadline where next_at is not null") == 2
            }
            let owner = try #require(
                try await scenario.pool.withConnection { connection in
                    try await connection.query(
                        "select c.code from tuesday.request r join register.cadre c on c.id = r.owner_id").first?.string(0)
                })
            let strange = try await api.move(id, #"{"move":"acknowledge","actor":"resident"}"#)
            #expect(strange == 409)
            for move in ["acknowledge", "start", "resolve"] {
                #expect(try await api.move(id, #"{"move":"\#(move)","actor":"cadre:\#(owner)"}"#) == 200, "\(move)")
            }
            #expect(try await api.move(id, #"{"move":"confirm","actor":"resident"}"#) == 200)
            #expect(try await api.move(id, #"{"move":"rate","actor":"resident","rating":5}"#) == 200)
            try await scenario.awaitQuiet(within: .seconds(180))

            let types = try await scenario.pool.withConnection { connection in
                try await connection.query("select type from tuesday.event order by seq").map { try $0.int16(0) }
            }
            #expect(types == [1, 2, 4, 5, 6, 9, 12])
            try await eventually("both deadlines are met") {
                try await scenario.count(
                    "select count(*) from tuesday.deadline where met_at is not null and next_at is null") == 2
            }
            #expect(try await scenario.count("select sum(rating_sum)::bigint from tuesday.statistic_village_hour") == 5)
            try await scenario.expectBooksBalance(distinctSubmissions: 1)
            try await scenario.expectEveryEventIsPublished()

            try await eventually("the notifications are published") {
                try await scenario.count("select count(*) from tuesday.lane where published_through < lane_seq") == 0
            }
            let told = try await scenario.count("select count(*) from tuesday.notification")
            let notifications = try await scenario.records(of: .notifications)
            #expect(told > 0)
            #expect(Set(notifications.compactMap { $0.header("ce_id") }).count == told)
            for record in notifications {
                let text = String(decoding: record.value ?? [], as: UTF8.self)
                #expect(!text.contains("李四") && !text.contains("13900000000"), "no personal data travels on topics")
            }
            for worker in workers { try await worker.stop() }
        }
    }

    /// The import tells by itself; where it cannot reach Kafka, a worker does.
    @Test
    func theDirectoryIsToldOfByWhoeverReachesKafka() async throws {
        try await Scenario.run { scenario in
            let told = try await scenario.recordCount(of: .directory)
            let file = try #require(TestCounty.roomy.files.first { $0.kind == "cadres" }).text
            let lines = file.split(separator: "\n").prefix(2).joined(separator: "\n")
            try await scenario.importRegister(
                "cadres", lines.replacingOccurrences(of: "干部0", with: "新名"),
                settings: ["TUESDAY_KAFKA_BOOTSTRAP": "127.0.0.1:1"])
            #expect(try await scenario.recordCount(of: .directory) == told)
            let stats = try await scenario.start(["tuesday-stats"])[0]
            try await eventually("the worker has published what the import could not") {
                try await scenario.recordCount(of: .directory) == told + 1
            }
            let records = try await scenario.records(of: .directory)
            #expect(Set(records.compactMap(\.key)).count == TestCounty.roomy.villages.count)
            let renamed = records.filter { String(decoding: $0.value ?? [], as: UTF8.self).contains("\"name\":\"新名\"") }
            #expect(renamed.count == 1)
            #expect(renamed.first?.header("ce_registerversion") != nil)
            try await stats.stop()
        }
    }

    /// Two copies count and tell; the county's clock is put ahead, as nobody waits for an hour to end.
    @Test
    func anHourThatIsOverIsToldOfOnItsTopic() async throws {
        try await Scenario.run { scenario in
            let settings = ["TUESDAY_STATS_TICK_MS": "100"]
            let workers = try await scenario.start(["tuesday-intake", "tuesday-stats"], copies: 2, settings: settings)
            try await scenario.send(Submissions.invented(50, channel: "hour"))
            try await eventually("every event is counted") {
                try await scenario.count("select count(*) from tuesday.statistic_fold") == 50
            }
            try await scenario.pool.withConnection { connection in
                try await connection.execute(
                    script: """
                        insert into clock.virtual (now_at, set_at, rate)
                        values (clock_timestamp() + interval '2 hours', clock_timestamp(), 1)
                        """)
            }
            try await eventually("the hours are told") {
                try await scenario.count(
                    """
                    select (select count(*) from tuesday.changed_hour)
                        + (select count(*) from tuesday.lane where published_through < lane_seq)
                    """) == 0
            }
            let records = try await scenario.records(of: .statistics)
            let received = try records.filter { String(decoding: $0.key ?? [], as: UTF8.self).hasSuffix("/received") }
                .map { try JSONDecoder().decode(Window.self, from: Data($0.value ?? [])) }
            #expect(received.reduce(0) { $0 + $1.total } == 50)
            #expect(received.allSatisfy { $0.revision == 1 })
            for worker in workers { try await worker.stop() }
        }
    }

    private struct Window: Decodable {
        let revision: Int
        let total: Int
    }

    /// Eight partitions, two copies of every worker. With `TUESDAY_REAL_DATA`, also the messages of a real city.
    @Test
    func tenThousandSubmissionsAreAccountedForOnce() async throws {
        try await Scenario.run { scenario in
            let invented = Submissions.invented(10_000, channel: "bulk")
            let real = try Submissions.real()
            let workers = try await scenario.start(copies: 2)
            try await scenario.send(invented)
            try await scenario.send(real)
            // A gateway that is not sure sends again.
            try await scenario.send(Array(invented.prefix(500)))
            let distinct = Set((invented + real).map { "\($0.channel)/\($0.sourceID ?? "")" }).count
            var known = 0
            try await eventually("all \(distinct) submissions are accounted for; \(known) are", within: .seconds(300)) {
                known = try await scenario.count(
                    "select (select count(*) from tuesday.request) + (select count(*) from tuesday.refusal)")
                return known >= distinct
            }
            try await eventually("intake has read everything") {
                let lag = try await scenario.admin.groupLag(
                    group: ConsumerGroup.intake.rawValue, topics: [Topic.submissions.rawValue])
                return lag.values.allSatisfy { $0.lag == 0 }
            }
            try await scenario.awaitQuiet(within: .seconds(300))
            try await scenario.expectBooksBalance(distinctSubmissions: distinct)
            #expect(
                try await scenario.count("select count(*) from tuesday.request where state = 2")
                    == scenario.count("select count(*) from tuesday.request"), "capacity never decides here")
            try await scenario.expectEveryEventIsPublished()
            for worker in workers { try await worker.stop() }
        }
    }

    @Test
    func nothingIsLostWhenARouterIsKilled() async throws {
        try await Scenario.run { scenario in
            let workers = try await scenario.start(["tuesday-intake", "tuesday-followup", "tuesday-stats"])
            // Small batches, so that it dies between two of them and not after all.
            let small = ["TUESDAY_BATCH_MAXIMUM_RECORDS": "50"]
            let router = try await scenario.start(["tuesday-router"], settings: small)[0]
            try await scenario.send(Submissions.invented(4_000, channel: "killed"))
            try await eventually("the router is in the midst of it") {
                try await scenario.count("select count(*) from tuesday.assignment") > 0
            }
            try await router.kill9()
            #expect(try await scenario.count("select count(*) from tuesday.assignment") < 4_000)
            let successor = try await scenario.start(["tuesday-router"])
            try await eventually("every submission is a request", within: .seconds(120)) {
                try await scenario.count("select count(*) from tuesday.request") == 4_000
            }
            try await scenario.awaitQuiet(within: .seconds(180))
            try await scenario.expectBooksBalance(distinctSubmissions: 4_000)
            #expect(try await scenario.count("select count(*) from tuesday.assignment") == 4_000)
            try await scenario.expectEveryEventIsPublished()
            for worker in workers + successor { try await worker.stop() }
        }
    }
}

/// The operations API from outside.
struct API {
    struct Answer {
        let status: Int
        let body: [UInt8]

        func text(_ member: String) -> String? { (try? JSONObject(body))?.string(member) }
    }

    let url: String

    func post(_ path: String, _ json: String, key: String? = nil) async throws -> Answer {
        var request = HTTPClientRequest(url: url + path)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        // A connection kept open would hold up the stop of intake.
        request.headers.add(name: "Connection", value: "close")
        if let key { request.headers.add(name: "Idempotency-Key", value: key) }
        request.body = .bytes(ByteBuffer(string: json))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let body = try await response.body.collect(upTo: 1 << 20)
        return Answer(status: Int(response.status.code), body: Array(body.readableBytesView))
    }

    func move(_ id: String, _ json: String) async throws -> Int {
        try await post("/v1/requests/\(id)/moves", json).status
    }
}
