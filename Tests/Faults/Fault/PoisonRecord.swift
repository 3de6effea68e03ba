import Contracts
import Domain
import KafkaClient

/// A record that somebody cannot read, and who: whoever writes it says so on it, and is not asked again by what reads it.
///
/// Router and follow-up read the type and the key first, and set aside what has not both. The router reads the body of what
/// may have left a cadre with room; follow-up reads none: both act on the request's row. Statistics reads every body, and
/// nothing else.
struct PoisonRecord {
    /// `body:head`.
    var name: String
    var message: KafkaMessage

    /// Types whose body the router cannot do without.
    private static let releases: Set<EventType> = [.resolved, .declined, .handedOver, .withdrawn]

    /// What is no event, and no submission either.
    private static let bodies: [(name: String, value: [UInt8]?)] = [
        ("absent", nil), ("empty", []), ("no-text", [0xFF, 0xFE, 0x00]), ("unfinished", Array("{".utf8)),
        ("no-members", Array("{}".utf8)), ("long", Array(repeating: 0x41, count: 20_000)),
        ("deep", Array(repeating: 0x5B, count: 5_000)), ("another-type", Array(#"{"village":7,"service":[]}"#.utf8)),
    ]

    /// On the topic of submissions, where only the body is read.
    ///
    /// - Parameter key: is nobody's.
    static func submissions(key: String) -> [PoisonRecord] {
        bodies.map { body in
            PoisonRecord(
                name: body.name,
                message: KafkaMessage(
                    topic: Topic.submissions.rawValue, key: Array(key.utf8), value: body.value,
                    headers: Letters.headers(of: [.intake])))
        }
    }

    /// On the topic of events.
    ///
    /// - Parameters:
    ///   - event: a true one, as it is on the topic; what is made of it is broken in one place.
    ///   - id: of a request, and no request has it: nobody who matters is parked.
    ///   - key: is no request's id.
    ///   - type: what broken bodies say they are.
    static func events(_ event: OutgoingMessage, _ id: RequestID, key: String, type: EventType) -> [PoisonRecord] {
        let broken = bodies + nearly(event.value ?? [], id)
        let named = KafkaHeader("ce_type", RequestEventRecord.typePrefix + type.word)
        let unknown = KafkaHeader("ce_type", RequestEventRecord.typePrefix + "forgotten")
        let typed = readers(ofBroken: type)
        return broken.map { make("\($0.name):typed", "\(id)", $0.value, [named], typed) }
            + bodies.map { make("\($0.name):no-type", key, $0.value, [], heads + [.stats]) }
            + bodies.map { make("\($0.name):no-id", key, $0.value, [named], heads + [.stats]) }
            + nearly(event.value ?? [], id).map {
                make("\($0.name):another-type", "\(id)", $0.value, [unknown], heads + [.stats])
            }
            + whole(event, key: key, unknown)
    }

    private static let heads: [ConsumerGroup] = [.router, .followup]

    static func readers(ofBroken type: EventType) -> [ConsumerGroup] { releases.contains(type) ? [.router, .stats] : [.stats] }

    /// A true event that comes again and lost something on its way: who reads the body knows it already, and who does not
    /// misses what it looks for. Nobody looks for a number or a time in the headers.
    private static func whole(_ event: OutgoingMessage, key: String, _ unknown: KafkaHeader) -> [PoisonRecord] {
        let own = String(decoding: event.key ?? [], as: UTF8.self)
        let type = event.headers.filter { $0.name == "ce_type" }.map { KafkaHeader($0.name, $0.value) }
        let spoilt = [KafkaHeader("ce_seq", "many"), KafkaHeader("ce_time", "never"), KafkaHeader(name: "ce_source", value: [0xFF])]
        return [
            make("whole:no-type", key, event.value, [], heads), make("whole:another-type", key, event.value, [unknown], heads),
            make("whole:no-id", key, event.value, type, heads), make("whole:no-key", nil, event.value, type, heads),
            make("whole:spoilt-headers", own, event.value, type + spoilt, []),
        ]
    }

    /// Events but for one thing.
    private static func nearly(_ body: [UInt8], _ id: RequestID) -> [(name: String, value: [UInt8]?)] {
        let text = String(decoding: body, as: UTF8.self)
        func changed(_ member: String, to value: String?) -> [UInt8] {
            var members = text.dropFirst().dropLast().split(separator: ",").map(String.init)
            members = members.compactMap { text in
                guard text.hasPrefix("\"\(member)\":") else { return text }
                return value.map { "\"\(member)\":\($0)" }
            }
            return Array("{\(members.joined(separator: ","))}".utf8)
        }
        return [
            ("half", Array(body.prefix(body.count / 2))), ("no-seq", changed("seq", to: nil)),
            ("text-as-seq", changed("seq", to: "\"7\"")), ("seq-too-large", changed("seq", to: "9999999999")),
            ("later-state", changed("state", to: "\"forgiven\"")), ("later-actor", changed("actor", to: "\"machine\"")),
            ("no-time", changed("at", to: "\"yesterday\"")), ("no-request", changed("request_id", to: "\"\(id)x\"")),
        ]
    }

    private static func make(
        _ name: String, _ key: String?, _ value: [UInt8]?, _ headers: [KafkaHeader], _ readers: [ConsumerGroup]
    ) -> PoisonRecord {
        PoisonRecord(
            name: name,
            message: KafkaMessage(
                topic: Topic.requests.rawValue, key: key.map { Array($0.utf8) }, value: value,
                headers: headers + Letters.headers(of: readers)))
    }
}
