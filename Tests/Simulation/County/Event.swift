import Contracts
import Domain

/// Something that happened to a request; small enough to travel in a few bytes, under the headers and the key of Tuesday's.
struct Event {
    var request: RequestID
    var seq: Int32
    var type: EventType
    var cadre: Int8 = -1
    /// Which call of a client caused it; 0: none.
    var cause: Int32 = 0

    init(_ event: RequestEvent, cause: Int32) {
        (request, seq, type) = (event.request, event.seq, event.type)
        cadre = event.cadre.map { Int8($0.rawValue) } ?? -1
        self.cause = cause
    }

    var identity: String { "\(request.value)-\(seq)" }

    func message(laneSeq: Int64) -> OutgoingMessage {
        var value: [UInt8] = [UInt8(type.rawValue), UInt8(bitPattern: cadre)]
        for number in [Int32(truncatingIfNeeded: request.value), seq, cause] {
            for shift in [0, 8, 16, 24] { value.append(UInt8(truncatingIfNeeded: number >> Int32(shift))) }
        }
        return OutgoingMessage(
            topic: .requests, laneSeq: laneSeq, key: Array(request.description.utf8), value: value,
            headers: [.init("ce_id", identity), .init("ce_type", RequestEventRecord.typePrefix + type.word)], at: 0)
    }

    /// Nil: no event's record.
    init?(_ record: IncomingRecord) {
        guard let value = record.value, value.count == 14, let type = EventType(rawValue: Int16(value[0])) else { return nil }
        func number(_ at: Int) -> Int32 { (0..<4).reduce(0) { $0 | Int32(value[at + $1]) << Int32(8 * $1) } }
        (request, seq, cause) = (RequestID(UInt128(number(2))), number(6), number(10))
        (self.type, cadre) = (type, Int8(bitPattern: value[1]))
    }
}
