import Foundation

/// What simulated residents ask for: some villages and services far more often than others, a few mistakes.
struct Residents: Sendable {
    struct Service: Sendable {
        let code: String
        let name: String
    }

    /// One thing a resident sends.
    struct Sending: Sendable {
        let number: Int
        let body: Data
        /// The `Idempotency-Key`.
        let key: String
        /// It breaks a rule and must be refused.
        let isInvalid: Bool
        /// The resident is impatient and sends the same once more.
        let isRepeated: Bool
    }

    private struct Body: Encodable {
        var village: String
        var service: String
        var subject: String?
        var description: String
        var name: String
        var phone: String
    }

    private let seed: UInt64
    /// Tells one run's keys from another's in the same database.
    private let run: String
    private let villages: [String]
    private let services: [Service]

    init(seed: UInt64, run: String, villages: [String], services: [Service]) {
        self.seed = seed
        self.run = run
        // Which ones are popular follows from the seed.
        self.villages = Self.shuffled(villages, Dice(seed, "villages"))
        self.services = Self.shuffled(services, Dice(seed, "services"))
    }

    func sending(_ number: Int) throws -> Sending {
        var dice = Dice(seed, "sending", number)
        let service = services[dice.unevenIndex(below: services.count)]
        let opening = dice.pick(["您好，", "请问，", "麻烦尽快处理：", "昨天去过村部，", "我家老人行动不便，", ""])
        let matter = dice.pick([
            "想办理\(service.name)，需要带什么材料？", "申请\(service.name)，已经等了一个星期。", "关于\(service.name)，希望干部上门看一看。",
            "\(service.name)的事，电话里说不清楚，请安排见面。", "去年办过\(service.name)，今年要不要重新申请？",
        ])
        var body = Body(
            village: villages[dice.unevenIndex(below: villages.count)], service: service.code,
            subject: "\(service.name)：\(dice.pick(["咨询", "申请", "求助", "反映情况", "预约上门"]))",
            description: opening + matter,
            name: dice.pick(["王", "李", "张", "刘", "陈", "杨", "黄", "赵"]) + dice.pick(["桂英", "建国", "秀兰", "志强", "丽华", "大伟", "小燕"]),
            phone: "1\(dice.roll(30...99))\(dice.roll(10_000_000...99_999_999))")
        let isInvalid = number % 50 == 7
        if isInvalid {
            switch dice.roll(0...2) {
            case 0: body.village = "no-such-village"
            case 1: body.service = "no-such-service"
            default:
                body.subject = nil
                body.description = ""
            }
        }
        return Sending(
            number: number, body: try JSONEncoder().encode(body), key: "sim-\(run)-\(number)", isInvalid: isInvalid,
            isRepeated: !isInvalid && dice.chance(3))
    }

    private static func shuffled<Item>(_ items: [Item], _ dice: Dice) -> [Item] {
        var (items, dice) = (items, dice)
        for index in items.indices.reversed() where index > 0 { items.swapAt(index, dice.roll(0...index)) }
        return items
    }
}
