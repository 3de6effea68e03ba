import Contracts
import Domain
import Hummingbird
import HummingbirdTesting
import Testing
import Web
import Workflow

@Suite("The page of the live state")
struct LivePageTests {
    private static let ports = FakePorts {
        $0.figures = LiveFigures(
            byState: [("waiting", 1_234), ("started", 6), ("confirmed", 60)],
            waitingByReason: [("everyone_on_leave", 1_234)], breached: 5, now: Instant(seconds: 1_795_482_000))
        $0.views = [.example(1), .example(2, state: .waiting, ownerName: nil)]
    }

    @Test("is Chinese unless English is preferred", arguments: [
        (nil, "zh-CN"), ("", "zh-CN"), ("*", "zh-CN"), ("fr", "zh-CN"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"), ("en", "en"),
        ("en-GB, en;q=0.9", "en"), ("zh;q=0.5, en;q=0.8", "en"), ("EN-us", "en"), ("en;q=0", "zh-CN"),
        ("fr, en;q=0.3", "en"), ("zh,en", "zh-CN"), ("en;q=nonsense", "zh-CN"), (";;,,q=", "zh-CN"),
    ] as [(String?, String)])
    func language(_ header: String?, _ expected: String) async throws {
        try await Self.ports.test { client in
            let answer = try await client.get("/", header.map { [.acceptLanguage: $0] } ?? [:])
            #expect(answer.status == 200)
            #expect(answer.headers[.contentType] == "text/html; charset=utf-8")
            #expect(answer.headers[.contentLanguage] == expected)
            #expect(answer.headers[.vary] == "Accept-Language")
            #expect(answer.text.contains("<html lang=\"\(expected)\">"))
        }
    }

    @Test("its links go before the header")
    func links() async throws {
        try await Self.ports.test { client in
            let english = try await client.get("/?lang=en").text
            #expect(english.contains("<html lang=\"en\">"))
            let chinese = try await client.get("/?lang=zh", [.acceptLanguage: "en"]).text
            #expect(chinese.contains("<html lang=\"zh-CN\">"))
            #expect(chinese.contains("http-equiv=\"refresh\" content=\"2\""))
            let still = try await client.get("/?refresh=off").text
            #expect(!still.contains("http-equiv"))
        }
    }

    @Test("says the figures and the latest requests in words and in the county's time")
    func content() async throws {
        try await Self.ports.test { client in
            let chinese = try await client.get("/").text
            #expect(chinese.contains("1\u{202F}234"))
            #expect(chinese.contains("待分派") && chinese.contains("办理中") && chinese.contains("持证干部均在休假"))
            #expect(chinese.contains("李四") && chinese.contains("V0345"))
            #expect(chinese.contains("2026-11-24 09:00:00"))
            #expect(chinese.contains("datetime=\"2026-11-24T01:00:00.000000Z\""))
            let english = try await client.get("/?lang=en").text
            #expect(english.contains("waiting") && english.contains("everyone certified is on leave"))
        }
    }

    @Test("is accessible markup without any script")
    func markup() async throws {
        try await Self.ports.test { client in
            let text = try await client.get("/").text
            #expect(text.hasPrefix("<!doctype html>"))
            #expect(text.contains("<caption") && text.contains("scope=\"col\"") && text.contains("scope=\"row\""))
            #expect(text.contains("<main>") && text.contains("width=device-width"))
            #expect(!text.contains("<script") && !text.contains("javascript:"))
            for tag in ["table", "thead", "tbody", "tr", "section", "dl", "div", "main", "header", "footer", "nav", "time"] {
                #expect(text.count(of: "<\(tag)[ >]") == text.count(of: "</\(tag)>"), "\(tag)")
            }
        }
    }

    @Test("nothing from data becomes markup")
    func escaping() async throws {
        let evil = "<script>alert('x')</script>\"&'<b>"
        let ports = FakePorts {
            $0.figures = LiveFigures(
                byState: [(evil, 1)], waitingByReason: [(evil, 1)], breached: 0, now: Instant(seconds: 0))
            $0.views = [.example(1, village: evil, serviceName: evil, ownerName: evil)]
        }
        try await ports.test { client in
            for path in ["/", "/?lang=\(ReadableEvil.encoded)", "/?refresh=\(ReadableEvil.encoded)"] {
                let text = try await client.get(path, [.acceptLanguage: evil]).text
                #expect(!text.contains("<script") && !text.contains("<b>") && !text.contains("alert('"))
                #expect(text.count(of: "&lt;script&gt;alert.&#39;x&#39;.&lt;/script&gt;&quot;&amp;&#39;&lt;b&gt;") == 5)
            }
        }
    }

    @Test("an empty installation has a page too")
    func empty() async throws {
        try await FakePorts().test { client in
            let text = try await client.get("/").text
            #expect(text.contains("还没有诉求"))
        }
    }
}

private enum ReadableEvil {
    static let encoded = "%3Cscript%3Ealert('x')%3C/script%3E"
}

extension String {
    /// How often a pattern occurs.
    fileprivate func count(of pattern: String) -> Int {
        guard let regex = try? Regex(pattern) else { return -1 }
        return matches(of: regex).count
    }
}
