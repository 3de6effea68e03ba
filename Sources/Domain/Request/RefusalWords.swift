/// The kinds of actor a rule speaks of, as sentences need them.
enum ActorKind: Hashable, Sendable {
    case resident, cadre, supervisor, system

    init(_ actor: Actor) {
        switch actor {
        case .resident: self = .resident
        case .cadre: self = .cadre
        case .supervisor: self = .supervisor
        case .system: self = .system
        }
    }

    var english: String {
        switch self {
        case .resident: "the resident"
        case .cadre: "the owning cadre"
        case .supervisor: "a supervisor"
        case .system: "the system"
        }
    }

    var chinese: String {
        switch self {
        case .resident: "居民本人"
        case .cadre: "承办干部"
        case .supervisor: "督办人员"
        case .system: "系统"
        }
    }
}

extension Move {
    var english: String {
        switch self {
        case .acknowledge: "acknowledge a request"
        case .start: "start work on a request"
        case .resolve(let outside): outside ? "record that a request was resolved elsewhere" : "resolve a request"
        case .decline: "decline a request"
        case .confirm: "confirm an answer"
        case .reopen: "reopen a request"
        case .withdraw: "withdraw a request"
        case .rate: "rate a request"
        case .handOver: "hand a request over"
        case .breach: "record a missed deadline"
        case .escalate: "escalate a request"
        }
    }

    var chinese: String {
        switch self {
        case .acknowledge: "签收诉求"
        case .start: "开始办理诉求"
        case .resolve(let outside): outside ? "登记诉求已在系统外办结" : "办结诉求"
        case .decline: "退回诉求"
        case .confirm: "确认办理结果"
        case .reopen: "重新打开诉求"
        case .withdraw: "撤回诉求"
        case .rate: "评价诉求"
        case .handOver: "转交诉求"
        case .breach: "登记逾期"
        case .escalate: "升级督办诉求"
        }
    }
}

extension RequestState {
    /// The Chinese word shown to people.
    public var chinese: String {
        switch self {
        case .waiting: "待分派"
        case .assigned: "已分派"
        case .acknowledged: "已签收"
        case .started: "办理中"
        case .resolved: "已办结"
        case .confirmed: "已确认"
        case .withdrawn: "已撤回"
        }
    }
}
