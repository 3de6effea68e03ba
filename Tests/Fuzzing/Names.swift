import Contracts
import Domain
import Workflow

/// What must hold for texts that name something.
enum Names {
    static func check(_ text: String) {
        if let id = RequestID(text) {
            same(id, RequestID("\(id)"), text)
            _ = RequestPartition.of(id, among: 8)
        }
        if let id = MessageID(text) { same("\(id)", text, text) }
        if let actor = Actor(word: text) { same(actor, Actor(word: actor.word), text) }
        if let type = EventType(word: text) { same(type, EventType(word: type.word), text) }
        if let date = CivilDate(text) {
            same("\(date)", text, text)
            same(date, CivilDate(daysSince1970: date.daysSince1970), text)
        }
    }

    private static func same<Value: Equatable>(_ value: Value, _ again: Value?, _ text: String) {
        precondition(value == again, "\(text) is another \(Value.self) after it was written and read")
    }
}
