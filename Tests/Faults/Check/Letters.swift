import Contracts
import KafkaClient

/// Records that cannot be read, held against what each group made of them.
enum Letters {
    struct Place: Hashable, Comparable, CustomStringConvertible {
        var partition: Int32
        var offset: Int64

        var description: String { "\(partition)/\(offset)" }

        static func < (left: Place, right: Place) -> Bool {
            (left.partition, left.offset) < (right.partition, right.offset)
        }
    }

    /// A record without its framing.
    struct Contents: Hashable {
        var key: [UInt8]?
        var value: [UInt8]?
        var headers: [String]

        /// Who can read it leaves it alone; where the record does not say who cannot, nobody can.
        func isUnreadable(to group: String) -> Bool {
            guard let written = headers.last(where: { $0.hasPrefix("\(readersHeader): ") }) else { return true }
            return written.dropFirst(readersHeader.count + 2).split(separator: " ").contains(group[...])
        }
    }

    /// Names the groups that must set a record aside. No program looks at it: whoever wrote the record knows what he broke.
    static let readersHeader = "faults-unreadable-to"

    static func headers(of readers: [ConsumerGroup]) -> [KafkaHeader] {
        [KafkaHeader(readersHeader, readers.map(\.rawValue).joined(separator: " "))]
    }

    /// Sentences about records that were skipped, set aside twice or altered, about letters of which there is no record, and
    /// about letters of records that the group could read.
    ///
    /// - Parameters:
    ///   - records: by place; several where brokers were replaced.
    ///   - letters: as the group set them aside.
    ///   - refused: places of which a rule refused what could be read.
    ///   - unread: nobody saw what stood there.
    static func problems(
        _ group: String, records: [Place: [Contents]], letters: [(Place, Contents)], refused: [Place],
        unread: (Place) -> Bool = { _ in false }
    ) -> [String] {
        var found: [String] = []
        var settled: [Place: Int] = [:]
        for (place, contents) in letters {
            settled[place, default: 0] += 1
            if records[place]?.contains(contents) != true, !unread(place) {
                found.append("I8: the letter of \(group) from \(place) is not what stood there")
            }
        }
        for place in refused { settled[place, default: 0] += 1 }
        for place in Set(records.keys).union(settled.keys).sorted() where !unread(place) {
            let stood = records[place]?.count { $0.isUnreadable(to: group) } ?? 0
            let count = settled[place] ?? 0
            if stood != count {
                found.append("I8: of \(stood) foreign records at \(place) \(group) set aside or refused \(count)")
            }
        }
        return found
    }
}
