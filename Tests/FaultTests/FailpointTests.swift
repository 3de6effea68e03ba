import Foundation
import Testing

@testable import Failpoints
@testable import Faults

struct FailpointTests {
    @Test func `The harness and a worker read the same page`() throws {
        let path = "/tmp/tuesday-page-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try FailpointFile(path: path)
        let page = FailpointPage(path: path)
        #expect(page.action(at: "a.b") == nil)
        file.arm("a.b=drop@2 plant=no-seq-guard detour=9092:19092 deadly=x7")
        #expect(page.action(at: "a.b") == nil)
        #expect(page.action(at: "c.d") == nil)
        #expect(page.action(at: "a.b") == .drop)
        #expect(page.plants("no-seq-guard"))
        #expect(!page.plants("no-epoch-check"))
        #expect(page.detour(of: 9092) == 19_092)
        #expect(page.kills(handlerOf: Array("ax7b".utf8)[...]))
        #expect(!page.kills(handlerOf: Array("x".utf8)[...]))
        #expect(file.deeds == ["a.b drop"])
    }

    @Test func `A page holds every site that was passed once, whoever passed it`() throws {
        let path = "/tmp/tuesday-page-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try FailpointFile(path: path)
        let page = FailpointPage(path: path)
        #expect(file.passed == [])
        _ = page.action(at: "a.b")
        _ = page.action(at: "a.b")
        file.arm("a.b=drop")
        _ = page.action(at: "a.b")
        _ = page.action(at: "a.bc")
        #expect(file.passed == ["a.b", "a.bc"])
        _ = FailpointPage(path: path).action(at: "c.d")
        #expect(file.passed == ["a.b", "a.bc", "c.d"])
        #expect(file.deeds == ["a.b drop"])
    }

    @Test func `A site that a program passes and is not listed for it is noticed`() {
        #expect(Sites.unlisted(Set(Sites.of("tuesday-router")), by: "tuesday-router").isEmpty)
        #expect(Sites.unlisted(["records.read", "fold.rows-locked"], by: "tuesday-router") == ["fold.rows-locked"])
    }

    @Test func `Every verb's tool dies at each of its sites`() {
        for (verb, sites) in Sites.tools {
            #expect(Set((7..<7 + UInt64(sites.count)).map { Sites.ofTool(verb, turn: $0) }) == Set(sites))
        }
    }

    @Test func `Seeds that follow each other come by every site of every program`() {
        for program in Installation.programs {
            let sites = Sites.of(program)
            let runs = (7..<10).map { turn in (0..<2).flatMap { Sites.share(of: program, copy: $0, turn: turn) } }
            #expect(Set(runs.joined()) == Set(sites), "\(program)")
            #expect(runs.allSatisfy { Set($0).count == $0.count })
        }
    }

    @Test func `What is dropped is dropped by somebody`() {
        for site in Trouble.dropped { #expect(Installation.programs.contains { Sites.of($0).contains(site) }) }
    }

    @Test func `A process that replaces a killed one passes the site unharmed`() throws {
        let path = "/tmp/tuesday-page-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try FailpointFile(path: path)
        file.arm("a.b=kill")
        #expect(FailpointPage(path: path).action(at: "a.b") == .kill)
        #expect(FailpointPage(path: path).action(at: "a.b") == nil)
        file.arm("a.b=delay~20")
        #expect(FailpointPage(path: path).action(at: "a.b") == .delay(milliseconds: 20))
    }

    @Test func `The harness knows every failpoint and every planted mistake of the code`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let sources = root.appending(path: "Sources")
        var sites: Set<String> = []
        var mistakes: Set<String> = []
        for name in try FileManager.default.subpathsOfDirectory(atPath: sources.path) where name.hasSuffix(".swift") {
            let text = try String(contentsOf: sources.appending(path: name), encoding: .utf8)
            sites.formUnion(text.matches(of: /failpoint\("([a-z.-]+)"\)/).map { String($0.output.1) })
            mistakes.formUnion(text.matches(of: /isPlanted\("([a-z-]+)"\)/).map { String($0.output.1) })
        }
        #expect(sites == Sites.all)
        #expect(mistakes == Set(Mistake.all.map(\.name)))
    }
}
