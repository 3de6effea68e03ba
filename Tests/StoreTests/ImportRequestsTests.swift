import Contracts
import Domain
import Foundation
import Logging
import Testing
import Workflow

@testable import Store

/// Reading and accepting files of requests, on the small county of ``StoreCounty``.
struct ImportRequestsTests {
    private static let board = """
        {"channel": "board", "columns": {"source_id": "no", "subject": "title", "description": "text",
         "submitted_at": "sent", "reply": "answer", "replied_at": "answered"},
         "ignored": ["likes"], "places": {"column": "where", "towns": {"South": "T2"}},
         "services": {"otherwise": "S1", "words": [{"service": "S2", "words": ["deed", "land"]},
                                                   {"service": "S3", "words": ["dam"]}]}}
        """

    private static func mapping(_ json: String = board) throws -> RequestMapping {
        try JSONDecoder().decode(RequestMapping.self, from: Data(json.utf8))
    }

    private static func reader(
        _ county: StoreCounty, _ mapping: RequestMapping = .own, historical: Bool = false
    ) async throws -> ReadRequestFile {
        let snapshot = try await county.registers.current()
        let register = try #require(snapshot.registers.values.first)
        return try ReadRequestFile(
            mapping: mapping, registers: snapshot, county: register,
            keywords: ["S1": ["tap"], "S3": ["reservoir", "land"]], isHistorical: historical, now: StoreCounty.monday)
    }

    @Test func `Every bad cell is named with line, column, what was expected and what was found`() async throws {
        try await StoreCounty.with { county in
            var reader = try await Self.reader(county)
            let long = String(repeating: "x", count: 501)
            let text = """
                source_id,village,service,subject,description,submitted_at,replied_at
                1,V1,S1,,it drips,2026-11-20T09:00:00+08:00,
                2,V9,S1,,it drips,,
                3,V1,S9,,,yesterday,
                ,V1,S1,\(long),it drips,,2026-11-20T09:00:00+08:00
                5,V1,S1,,it drips,2027-01-01T00:00:00Z,
                1,V1,S1,,it leaks,2026-11-20T09:00:00+08:00,
                7,V1
                """
            let sheet = reader(file: "f.csv", bytes: Array(text.utf8))
            #expect(sheet.rowCount == 7)
            #expect(sheet.rows.map(\.line) == [2])
            #expect(
                sheet.problems.map(\.description) == [
                    "f.csv:3:3: village: expected the code of a village, found \"V9\"",
                    "f.csv:4:6: service: expected the code of a service, found \"S9\"",
                    "f.csv:4:10: description: expected a subject or a description, found nothing",
                    "f.csv:4:11: submitted_at: expected a time with a zone, like 2026-11-23T09:30:00+08:00, found \"yesterday\"",
                    "f.csv:5:1: source_id: expected a value, found nothing",
                    "f.csv:5:8: subject: expected at most 500 characters, found \"501 characters\"",
                    "f.csv:5:520: replied_at: expected nothing, unless --historical is given, found \"2026-11-20T09:00:00+08:00\"",
                    "f.csv:6:19: submitted_at: expected a time that has passed, found \"2027-01-01T00:00:00Z\"",
                    "f.csv:7:1: source_id: expected each source_id once, or the same again; f.csv:2 has another with this one, found \"1\"",
                    "f.csv:8:1: expected 7 cells, as the heading has, found \"2 cells\"",
                ])
        }
    }

    @Test func `A heading that is unknown or missing leaves no row to read`() async throws {
        try await StoreCounty.with { county in
            var reader = try await Self.reader(county)
            let sheet = reader(file: "f.csv", bytes: Array("source_id,vilage,service,description\n1,V1,S1,x".utf8))
            #expect(sheet.isUnreadable)
            #expect(sheet.rows.isEmpty)
            #expect(sheet.problems.count == 2)
            #expect(sheet.problems.last?.expected == "a heading line with the column village")
        }
    }

    @Test func `A mapping finds villages and services, always the same`() async throws {
        try await StoreCounty.with { county in
            let text = """
                \u{FEFF}no,title,text,sent,where,likes
                1,a tap,drips,2026-11-20T09:00:00+08:00,Somewhere,0
                2,my land,and its deed,2026-11-20T09:00:00+08:00,Somewhere,0
                3,,a dam; land,2026-11-20T09:00:00+08:00,South,0
                4,,a reservoir,2026-11-20T09:00:00+08:00,,0
                """
            var reader = try await Self.reader(county, Self.mapping())
            let rows = reader(file: "f.csv", bytes: Array(text.utf8)).rows
            #expect(rows.map(\.submission.submission.service) == ["S1", "S2", "S2", "S3"])
            let villages = rows.map(\.submission.submission.village)
            #expect(villages[0] == villages[1])
            #expect(["V4", "V5", "V6"].contains(villages[2]))
            #expect(rows.allSatisfy { $0.submission.submission.channel == "board" })
            // FNV-1a of "Somewhere" and of "4" modulo six: nobody may change these without noticing.
            #expect(villages[0] == Self.village("Somewhere"))
            #expect(villages[3] == Self.village("4"))
        }
    }

    private static func village(_ text: String) -> String {
        let hash = text.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        return "V\(hash % 6 + 1)"
    }

    @Test func `A mapping with a misspelt member or an unknown code is refused`() async throws {
        #expect(throws: DecodingError.self) { try Self.mapping(#"{"columns": {}, "chanel": "x"}"#) }
        #expect(throws: DecodingError.self) { try Self.mapping(#"{"columns": {"sourceid": "x"}}"#) }
        try await StoreCounty.with { county in
            let mapping = try Self.mapping(
                #"{"columns": {}, "services": {"otherwise": "S1", "words": [{"service": "S7", "words": ["x"]}]}}"#)
            await #expect(throws: UnknownCode.self) { try await Self.reader(county, mapping) }
        }
    }

    private static let past = """
        no,title,text,sent,where,answer,answered
        1,tap,answered in time,2026-11-16T09:00:00+08:00,a,yes,2026-11-16T11:00:00+08:00
        2,tap,answered late,2026-11-16T09:00:00+08:00,a,too late,2026-11-18T11:00:00+08:00
        3,tap,overdue,2026-11-16T09:00:00+08:00,a,,
        4,tap,still in time,2026-11-23T09:00:00+08:00,a,,
        """

    @Test func `A reply before the submission, or without its time, is a bad cell`() async throws {
        try await StoreCounty.with { county in
            var reader = try await Self.reader(county, Self.mapping(), historical: true)
            let text = """
                no,title,text,sent,where,answer,answered
                1,tap,x,2026-11-16T09:00:00+08:00,a,yes,2026-11-16T08:00:00+08:00
                2,tap,x,2026-11-16T09:00:00+08:00,a,yes,
                3,tap,x,,a,,
                """
            #expect(
                reader(file: "f.csv", bytes: Array(text.utf8)).problems.map(\.description) == [
                    "f.csv:2:41: answered: expected a time not before submitted_at, 2026-11-16T01:00:00.000000Z, found \"2026-11-16T08:00:00+08:00\"",
                    "f.csv:3:41: answered: expected the time of the reply, found nothing",
                    "f.csv:4:9: sent: expected a time, since --historical is given, found nothing",
                ])
        }
    }

    @Test func `The past is recorded as of then, and nobody is told of it`() async throws {
        try await StoreCounty.with { county in
            var reader = try await Self.reader(county, Self.mapping(), historical: true)
            let sheet = reader(file: "f.csv", bytes: Array(Self.past.utf8))
            #expect(sheet.problems.isEmpty)
            let lane = county.lane("import")
            let importing = ImportRequests(
                accept: county.intake, registers: county.registers, lane: lane, batchSize: 3)
            let tally = try await importing(sheet.rows, checkedAgainst: try await county.registers.current())
            #expect(tally.acceptedCount == 4)
            #expect(tally.resolvedCount == 2)
            #expect(tally.breachedCount == 2)
            await county.drain(lane)
            #expect(
                try await county.texts(
                    """
                    select s.source_id || ' ' || n.text
                    from personal.note n
                    join personal.submission s using (request_id)
                    join tuesday.event e on e.request_id = n.request_id and e.seq = n.seq and e.type = \(EventType.resolved.rawValue)
                    order by 1
                    """) == ["1 yes", "2 too late"])

            try await county.consume(county.followUp, "tuesday-followup")
            while try await county.followUp.fireDue(limit: 100, lane: county.lane("timers")) > 0 {}
            #expect(
                try await county.texts(
                    "select recipient || ' ' || template from tuesday.notification order by 1") == [])
            #expect(
                try await county.texts(
                    """
                    select s.source_id || ' ' || r.state || ' ' || to_char(r.accepted_at at time zone 'Asia/Shanghai', 'MM-DD HH24')
                        || ' ' || coalesce(to_char(d.breached_at at time zone 'Asia/Shanghai', 'MM-DD HH24:MI'), '-')
                    from tuesday.request r
                    join personal.submission s on s.request_id = r.id
                    join tuesday.deadline d on d.request_id = r.id
                    order by s.source_id
                    """) == ["1 5 11-16 09 -", "2 5 11-16 09 11-17 09:30", "3 1 11-16 09 11-17 09:30", "4 1 11-23 09 -"])

            try await county.consume(county.router, "tuesday-router")
            try await county.consume(county.followUp, "tuesday-followup")
            #expect(
                try await county.texts("select distinct template from tuesday.notification") == ["assigned"])
            try await county.consume(county.statistics, "tuesday-stats")
            let lanes = try await LaneReader(pool: county.pool).lanes()
            let marks = ReadMarks(published: Dictionary(uniqueKeysWithValues: lanes.map { ($0.id, $0.laneSeq) }))
            #expect(try await Verification(pool: county.pool).violations(marks) == [])
        }
    }

    @Test func `Importing again accepts nothing twice, also after cadres changed`() async throws {
        try await StoreCounty.with { county in
            var reader = try await Self.reader(county, Self.mapping(), historical: true)
            let rows = reader(file: "f.csv", bytes: Array(Self.past.utf8)).rows
            let snapshot = try await county.registers.current()
            let lane = county.lane("import")
            let importing = ImportRequests(accept: county.intake, registers: county.registers, lane: lane)
            _ = try await importing(Array(rows.prefix(2)), checkedAgainst: snapshot)
            try await county.run("update register.cadre set capacity = 7")
            let again = try await importing(rows, checkedAgainst: snapshot)
            #expect(again.acceptedCount == 2)
            #expect(again.repeatedCount == 2)
            #expect(try await county.count("tuesday.request") == 4)

            try await county.run("update register.service set resolve_minutes = 900 where code = 'S1'")
            await #expect(throws: RequestImportStopped.self) {
                _ = try await importing(rows, checkedAgainst: snapshot)
            }
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `A lane whose messages nobody takes is given back with its tail, in time`() async throws {
        try await StoreCounty.with { county in
            let lane = PoolLane(
                pool: "import", owner: "test", keeper: LaneStore(pool: county.pool), sink: SilentSink(),
                log: Logger(label: "test"))
            _ = try await county.intake.accept([StoreCounty.submission("one")], lane: lane)
            await lane.close()
            let abandoned = try await LaneStore(pool: county.pool).adopt(owner: "other")
            let found = try #require(abandoned)
            #expect(found.laneSeq == 1)
            #expect(found.publishedThrough == 0)
        }
    }
}

/// A broker that never answers, and hears of no cancellation either.
private struct SilentSink: MessageSink {
    func publish(_ messages: [OutgoingMessage]) async throws {
        await Task { try? await Task.sleep(for: .seconds(3600)) }.value
    }
}
