import Glibc
import Testing

@testable import Faults

struct ClientMessagesTests {
    private static func message(_ letter: Character, _ body: [UInt8]) -> [UInt8] {
        let length = UInt32(body.count + 4)
        return Array(String(letter).utf8) + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } + body
    }

    private static let start: [UInt8] = [0, 0, 0, 9, 0, 3, 0, 0, 0]

    @Test func `A COMMIT is known as text, as a preparation and by its prepared name`() {
        let commits = [
            Self.message("Q", Array("commit\0".utf8)), Self.message("P", Array("s3_x\0commit\0\0\0".utf8)),
            Self.message("B", Array("\0s12_7da7727ca39ddcdc\0\0\0".utf8)),
        ]
        for commit in commits.prefix(2) {
            var messages = ClientMessages()
            #expect(messages.append(Self.start[...]).map(\.isCommit) == [false])
            #expect(messages.append(commit[...]).map(\.isCommit) == [true])
        }
        var messages = ClientMessages()
        _ = messages.append(Self.start[...])
        #expect(messages.append(Self.message("B", Array("\0s3_other\0\0\0".utf8))[...]).map(\.isCommit) == [false])
        #expect(messages.append(Self.message("P", Array("s4\0select 'commit'\0\0\0".utf8))[...]).map(\.isCommit) == [false])
    }

    @Test func `Statements are counted when they are to be run, not when they are prepared`() {
        let sent = Self.start + Self.message("P", Array("s1\0select 1\0\0\0".utf8)) + Self.message("B", Array("\0s1\0".utf8))
            + Self.message("E", Array("\0\0\0\0\0".utf8)) + Self.message("S", []) + Self.message("Q", Array("select 1\0".utf8))
        var messages = ClientMessages()
        #expect(messages.append(sent[...]).map(\.isStatement) == [false, false, false, true, false, true])
    }

    @Test func `Messages come out whole however they arrive`() {
        let bytes = Self.start + Self.message("Q", Array("select 1\0".utf8)) + Self.message("Q", Array("commit\0".utf8))
        var messages = ClientMessages()
        var seen: [ClientMessages.Message] = []
        for byte in bytes { seen += messages.append([byte][...]) }
        #expect(seen.map(\.isCommit) == [false, false, true])
        #expect(seen.flatMap { Array($0.bytes) } == bytes)
    }
}

struct FramesTests {
    @Test func `A frame is known to be whole, or not, however its bytes arrive`() {
        let stream: [UInt8] = [0, 0, 0, 2, 7, 7, 0, 0, 0, 0, 0, 0, 0, 1, 7]
        var frames = Frames()
        let wholes = stream.map { byte in
            frames.pass([byte][...])
            return !frames.isInside
        }
        #expect(wholes.indices.filter { wholes[$0] } == [5, 9, 14])
        var atOnce = Frames()
        atOnce.pass(stream[..<8])
        #expect(atOnce.isInside)
        atOnce.pass(stream[8...])
        #expect(!atOnce.isInside)
    }
}

struct ServerAnswersTests {
    @Test func `A refusal for want of connections is told from other answers`() {
        let fields = Array("SFATAL\0VFATAL\0C53300\0Msorry, too many clients already\0\0".utf8)
        let refusal = [UInt8(ascii: "E"), 0, 0, 0, UInt8(fields.count + 4)] + fields
        #expect(ServerAnswers.isRefusal(refusal[...]))
        #expect(!ServerAnswers.isRefusal(([UInt8(ascii: "R")] + fields)[...]))
    }

    @Test func `The process that serves a connection is known once it has said so`() {
        let greeting: [UInt8] = [UInt8(ascii: "R"), 0, 0, 0, 8, 0, 0, 0, 0] + [UInt8(ascii: "S"), 0, 0, 0, 8, 75, 0, 75, 0]
        let whole = greeting + [UInt8(ascii: "K"), 0, 0, 0, 12, 0, 1, 0, 2, 9, 9, 9, 9]
        #expect(ServerAnswers.backend(in: whole) == 65_538)
        for count in 0..<(greeting.count + 9) { #expect(ServerAnswers.backend(in: Array(whole[..<count])) == nil) }
        #expect(ServerAnswers.backend(in: [UInt8(ascii: "E"), 0, 0, 0, 0, 1]) == nil)
    }

    @Test func `A commit is known by its answer, and its absence by the end of the connection`() {
        let complete = [UInt8(ascii: "C"), 0, 0, 0, 11] + Array("COMMIT\0".utf8)
        #expect(Self.isCommitted(complete) == true)
        #expect(Self.isCommitted([UInt8(ascii: "C"), 0, 0, 0, 13] + Array("ROLLBACK\0".utf8)) == false)
        #expect(Self.isCommitted([]) == false)
    }

    /// Says something and ends the connection.
    private static func isCommitted(_ answer: [UInt8]) -> Bool? {
        var pair: [Int32] = [0, 0]
        socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair)
        defer { close(pair[0]) }
        _ = Sockets.write(answer[...], to: pair[1])
        close(pair[1])
        return ServerAnswers.isCommitted(on: pair[0], within: .seconds(5))
    }
}

struct BrokerErrorTests {
    @Test func `Seeds that follow each other go through every error`() {
        let turns = (0..<UInt64(BrokerError.all.count)).flatMap { BrokerError.turn($0, 3) }
        #expect(Dictionary(grouping: turns) { $0 }.mapValues(\.count).allSatisfy { $0.value == 3 })
        #expect(Set(turns) == Set(BrokerError.all))
        #expect(Set(BrokerError.all).count == BrokerError.all.count)
    }
}

/// What proxies count as having happened to connections.
struct CutTests {
    @Test func `A cut counts the connections that it closed, and none where there was none`() throws {
        let server = try Server()
        defer { server.close() }
        let proxy = try PostgresProxy(upstream: server.path)
        defer { proxy.close() }
        proxy.cutAll()
        let client = try #require(Sockets.connect(path: "\(proxy.directory)/.s.PGSQL.5432"))
        defer { close(client) }
        server.awaitConnection()
        #expect(proxy.cutCount == 0)
        proxy.cutAll()
        #expect(Self.ends(client))
        #expect(proxy.cutCount == 1)
    }

    @Test func `A broker that goes is missed by who was connected to it, or wants to be, and by nobody else`() throws {
        let (listener, port) = try Sockets.listen()
        let (other, otherPort) = try Sockets.listen()
        defer { close(other) }
        let proxy = try KafkaProxy(bootstrap: "127.0.0.1:\(port),127.0.0.1:\(otherPort)")
        defer { proxy.close() }
        let detour = try #require(proxy.detours[port])
        let client = try #require(Sockets.connect(port: detour))
        defer { close(client) }
        let broker = accept(listener, nil, nil)
        #expect(proxy.lostCount(of: port) == 0)
        close(broker)
        #expect(Self.ends(client))
        #expect(proxy.lostCount(of: port) == 1)
        close(listener)
        let late = try #require(Sockets.connect(port: detour))
        defer { close(late) }
        #expect(Self.ends(late))
        #expect(proxy.lostCount(of: port) == 2)
        #expect(proxy.lostCount(of: otherPort) == 0)
    }

    /// Waits until the other side closes it.
    private static func ends(_ descriptor: Int32) -> Bool {
        Sockets.readable(descriptor, descriptor, within: 10_000).0 && Sockets.hasEnded(descriptor)
    }

    /// Takes connections and says nothing.
    private final class Server: Sendable {
        let path: String
        private let listener: Int32

        init() throws {
            path = "/tmp/tuesday-silent-\(UInt64.random(in: 0 ... .max)).sock"
            listener = try Sockets.listen(path: path)
        }

        func awaitConnection() { _ = accept(listener, nil, nil) }

        func close() {
            Glibc.close(listener)
            unlink(path)
        }
    }
}
