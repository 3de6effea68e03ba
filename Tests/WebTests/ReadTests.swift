import Contracts
import Domain
import Foundation
import Hummingbird
import HummingbirdTesting
import Testing
import Web
import Workflow

@Suite("Reading over HTTP")
struct ReadTests {
    @Test("a request comes with its events as published and its deadlines")
    func one() async throws {
        var view = RequestView.example(7)
        view.events = [
            .init(seq: 1, type: "received", at: Instant(seconds: 0), body: Array(#"{"seq":1,"type":"received"}"#.utf8)),
            .init(seq: 2, type: "assigned", at: Instant(seconds: 1), body: []),
        ]
        view.deadlines = [
            .init(kind: "resolve", epoch: 0, dueAt: Instant(seconds: 60), metAt: nil, breachedAt: Instant(seconds: 61))
        ]
        let shown = view
        try await FakePorts { $0.views = [shown] }.test { client in
            let answer = try await client.get("/v1/requests/\(shown.status.id)")
            #expect(answer.status == 200)
            let json = try answer.json
            #expect(json["state"] as? String == "assigned")
            #expect(json["is_open"] as? Bool == true)
            #expect(json["owner"] as? String == "C0017")
            #expect(json["accepted_at"] as? String == ISO8601.format(shown.status.acceptedAt))
            #expect(json["closed_at"] == nil)
            let events = try #require(json["events"] as? [[String: Any]])
            #expect(events.map { $0["type"] as? String } == ["received", "assigned"])
            let deadlines = try #require(json["deadlines"] as? [[String: Any]])
            #expect(deadlines.first?["breached_at"] as? String == "1970-01-01T00:01:01.000000Z")
            #expect(deadlines.first?["met_at"] == nil)
        }
    }

    @Test("an unknown id is not found")
    func unknown() async throws {
        try await FakePorts().test { client in
            for id in ["018f3c1e-7a10-7cc3-98c4-dc0c0c07398f", "x"] {
                let answer = try await client.get("/v1/requests/\(id)")
                #expect(answer.status == 404)
                #expect(try answer.problems() == ["id unknown_request"])
            }
        }
    }

    @Test("following the links meets every request once, newest first, and ends")
    func pages() async throws {
        let ports = FakePorts { $0.views = (1...7).map { RequestView.example($0) } }
        try await ports.test { client in
            var path: String? = "/v1/requests?limit=3&village=%E6%9D%91%261&owner=&status=open"
            var seen: [String] = []
            while let next = path {
                let answer = try await client.get(next)
                #expect(answer.status == 200)
                let json = try answer.json
                let requests = try #require(json["requests"] as? [[String: Any]])
                seen += requests.compactMap { $0["request_id"] as? String }
                path = json["next"] as? String
                #expect(answer.headers[.init("Link")!] == path.map { "<\($0)>; rel=\"next\"" })
            }
            #expect(seen == (1...7).reversed().map { RequestID($0).description })
        }
        #expect(ports.asked.filters.count == 3)
        for filter in ports.asked.filters {
            #expect(filter.village == "村&1" && filter.owner == nil && filter.isOpen == true && filter.limit == 3)
        }
    }

    @Test("a full last page has no next")
    func lastPage() async throws {
        try await FakePorts { $0.views = (1...3).map { RequestView.example($0) } }.test { client in
            let answer = try await client.get("/v1/requests?limit=3&status=closed")
            #expect(try answer.json["next"] == nil)
        }
    }

    @Test("an empty page with more behind it has a next")
    func emptyPage() async throws {
        let last = RequestID(70)
        try await FakePorts { $0.page = RequestPage(requests: [], next: last) }.test { client in
            let answer = try await client.get("/v1/requests?limit=3&status=open")
            #expect(try answer.json["next"] as? String == "/v1/requests?status=open&before=\(last)&limit=3")
            #expect((try answer.json["requests"] as? [Any])?.isEmpty == true)
        }
    }

    @Test("every bad parameter is named at once")
    func badParameters() async throws {
        try await FakePorts().test { client in
            let answer = try await client.get("/v1/requests?status=done&before=x&limit=201&village=%00")
            #expect(answer.status == 400)
            #expect(
                try answer.problems()
                    == ["village not_a_code", "status unknown_status", "before not_an_id", "limit not_a_limit"])
            let none = try await client.get("/v1/requests?limit=0")
            #expect(none.status == 400)
        }
    }

    @Test("figures are read once a second for however many")
    func figures() async throws {
        let ports = FakePorts {
            $0.figures = LiveFigures(
                byState: [("waiting", 3), ("assigned", 4)], waitingByReason: [("routing", 3)], breached: 2,
                now: Instant(seconds: 60))
        }
        try await ports.test { client in
            let answer = try await client.get("/v1/figures")
            #expect(
                answer.text
                    == #"{"at":"1970-01-01T00:01:00.000000Z","by_state":[{"state":"waiting","count":3},"#
                    + #"{"state":"assigned","count":4}],"waiting_by_reason":[{"reason":"routing","count":3}],"#
                    + #""breached_count":2}"#)
            let began = ContinuousClock.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        let again = try await client.get("/v1/figures")
                        #expect(again.status == 200)
                    }
                }
                try await group.waitForAll()
            }
            let seconds = Int((ContinuousClock.now - began).components.seconds)
            #expect(ports.asked.figureCount <= 2 + seconds)
        }
    }

    @Test("a lost database is a 503 for readers too")
    func unavailable() async throws {
        try await FakePorts { $0.failure = .unavailable("x") }.test { client in
            for path in ["/", "/v1/figures", "/v1/requests", "/v1/requests/018f3c1e-7a10-7cc3-98c4-dc0c0c07398f"] {
                let answer = try await client.get(path)
                #expect(answer.status == 503)
                #expect(try answer.problems() == ["server unavailable"])
            }
        }
    }

    @Test("unknown paths and methods are problems too")
    func unknownPaths() async throws {
        try await FakePorts().test { client in
            for path in ["/nothing", "/v1", "/v1/requests/x/y/z", "/v1/openapi.yaml"] {
                let answer = try await client.get(path)
                #expect(answer.status == 404)
                #expect(try answer.problems() == ["path not_found"])
            }
            let post = try await client.post("/v1/figures", "{}")
            #expect(post.status == 404)
        }
    }

    @Test("every answer tells browsers to be careful")
    func headers() async throws {
        try await FakePorts().test { client in
            for path in ["/", "/v1/figures", "/nothing", "/v1/openapi.json"] {
                let headers = try await client.get(path).headers
                #expect(headers[.xContentTypeOptions] == "nosniff")
                #expect(headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
                #expect(headers[.contentSecurityPolicy]?.contains("frame-ancestors 'none'") == true)
                #expect(headers[.cacheControl] == "no-store")
                #expect(headers[.init("Referrer-Policy")!] == "no-referrer")
            }
        }
    }

    @Test("the OpenAPI document is JSON and speaks of every route")
    func openAPI() async throws {
        try await FakePorts().test { client in
            let json = try await client.get("/v1/openapi.json").json
            #expect(json["openapi"] as? String == "3.1.0")
            let paths = try #require(json["paths"] as? [String: Any])
            #expect(
                paths.keys.sorted() == [
                    "/v1/figures", "/v1/notifications/{id}/receipt", "/v1/requests", "/v1/requests/{id}", "/v1/requests/{id}/moves",
                ])
        }
    }

    @Test("a real connection is served, and its header limits hold")
    func live() async throws {
        try await FakePorts().test(settings: WebSettings(maximumHeaderBytes: 4_096), live: true) { client in
            let short = try await client.get("/v1/figures")
            #expect(short.status == 200)
            let long = try? await client.get("/v1/figures", [.init("X-Long")!: String(repeating: "x", count: 10_000)])
            #expect(long == nil || (400..<500).contains(long!.status))
        }
    }
}
