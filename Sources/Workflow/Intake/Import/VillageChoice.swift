import Domain

/// Finds a village for a place that is none: the same village for the same input, always.
///
/// A place in the table names a town; the row's id picks one of its villages. Any other place picks one of the county's
/// villages itself; an empty one leaves that to the row's id. To pick is: villages in order of their codes, at the
/// 64-bit FNV-1a hash of the text's UTF-8 modulo their number. So a place stays in its village as long as the register
/// has the same villages.
struct VillageChoice: Sendable {
    private let all: [String]
    private let ofPlace: [String: [String]]

    /// - Throws: ``UnknownCode`` for a place whose town has no village, or is no town.
    init(_ places: RequestMapping.Places, register: Register) throws {
        all = register.villages.values.map(\.code).sorted()
        let ofTown = Dictionary(grouping: register.villages.values) { register.towns[$0.town]?.code ?? "" }
        ofPlace = try Dictionary(
            uniqueKeysWithValues: places.towns.map { place, town in
                guard let villages = ofTown[town] else {
                    throw UnknownCode(field: "places.towns", expected: "the code of a town with villages", found: town)
                }
                return (place, villages.map(\.code).sorted())
            })
        if all.isEmpty { throw UnknownCode(field: "places", expected: "a county with villages", found: "") }
    }

    func village(place: String, sourceID: String) -> String {
        if let villages = ofPlace[place] { return Self.pick(villages, by: sourceID) }
        return Self.pick(all, by: place.isEmpty ? sourceID : place)
    }

    private static func pick(_ villages: [String], by text: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return villages[Int(hash % UInt64(villages.count))]
    }
}

/// A mapping names a code that the county does not have.
public struct UnknownCode: Error, Sendable, Hashable, CustomStringConvertible {
    /// The mapping's member.
    public let field: String
    public let expected: String
    public let found: String

    public var description: String { "\(field): expected \(expected), found \"\(found)\"" }
}
