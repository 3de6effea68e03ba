import Chance

/// Who leads a partition or coordinates a group, as far as orders have said it: brokers do not tell whom they chose
/// themselves, and an order for whoever has the seat already moves nothing.
struct Seats {
    struct Order: Equatable {
        var broker: Int
        /// Somebody else had the seat.
        var isMove: Bool
    }

    let brokers: Int
    private var holders: [String: Int] = [:]

    /// - Parameter brokers: numbered from 1; two at least.
    init(brokers: Int) { self.brokers = brokers }

    /// What to tell, in order, so that another broker gets the seat. Of a seat whose holder is not known the first order
    /// makes one known.
    mutating func move(_ seat: String, _ random: inout SeededRandom) -> [Order] {
        var orders: [Order] = []
        let former: Int
        if let holder = holders[seat] {
            former = holder
        } else {
            former = random.between(1, brokers)
            orders.append(Order(broker: former, isMove: false))
        }
        let next = (former - 1 + random.between(1, brokers - 1)) % brokers + 1
        holders[seat] = next
        return orders + [Order(broker: next, isMove: true)]
    }
}
