/// By how much the number of requests waiting for each reason changed: +1 for entering, −1 for leaving.
///
/// Summed over all hours it is the number that wait now.
public struct WaitingDeltas: Sendable, Hashable {
    public var routing: Int64 = 0
    public var nobodyCertified: Int64 = 0
    public var certificateNotValid: Int64 = 0
    public var everyoneOnLeave: Int64 = 0
    public var everyoneAtCapacity: Int64 = 0
    public var everyoneDeclined: Int64 = 0

    public init() {}

    public subscript(reason: WaitingReason) -> Int64 {
        get {
            switch reason {
            case .routing: routing
            case .nobodyCertified: nobodyCertified
            case .certificateNotValid: certificateNotValid
            case .everyoneOnLeave: everyoneOnLeave
            case .everyoneAtCapacity: everyoneAtCapacity
            case .everyoneDeclined: everyoneDeclined
            }
        }
        set {
            switch reason {
            case .routing: routing = newValue
            case .nobodyCertified: nobodyCertified = newValue
            case .certificateNotValid: certificateNotValid = newValue
            case .everyoneOnLeave: everyoneOnLeave = newValue
            case .everyoneAtCapacity: everyoneAtCapacity = newValue
            case .everyoneDeclined: everyoneDeclined = newValue
            }
        }
    }

    public static func += (left: inout WaitingDeltas, right: WaitingDeltas) {
        left.routing += right.routing
        left.nobodyCertified += right.nobodyCertified
        left.certificateNotValid += right.certificateNotValid
        left.everyoneOnLeave += right.everyoneOnLeave
        left.everyoneAtCapacity += right.everyoneAtCapacity
        left.everyoneDeclined += right.everyoneDeclined
    }
}
