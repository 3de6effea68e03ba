import Contracts
import Domain
import Workflow

/// The live state as a page that needs no JavaScript. Everything that comes from data is escaped here.
struct LivePage {
    let state: LiveState
    let language: Language
    let isRefreshing: Bool
    let utcOffsetMinutes: Int

    var html: String {
        let title = language("“星期二”诉求办理实况", "Tuesday: requests now")
        return """
            <!doctype html>
            <html lang="\(language.rawValue)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            \(isRefreshing ? "<meta http-equiv=\"refresh\" content=\"2\">" : "")
            <title>\(title)</title>
            <link rel="icon" href="data:,">
            <style>\(LivePageStyle.css)</style>
            </head>
            <body>
            <header>
            <h1>\(title)</h1>
            <p>\(language("截至", "As of")) \(time(state.figures.now))</p>
            <nav aria-label="\(language("页面选项", "Page options"))">\(links)</nav>
            </header>
            <main>
            <section aria-labelledby="total"><h2 id="total">\(language("总览", "Overview"))</h2>
            <dl class="cards">\(cards)</dl></section>
            \(table("state", language("按状态", "By state"), language("状态", "State"), byState))
            \(table("reason", language("待分派的原因", "Why requests wait"), language("原因", "Reason"), byReason))
            \(latest)
            </main>
            <footer><p><a href="/v1/openapi.json">\(language("接口说明（OpenAPI）", "Interface (OpenAPI)"))</a></p></footer>
            </body>
            </html>

            """
    }

    private var links: String {
        let here = language("zh", "en")
        let other = language("en", "zh")
        let still = isRefreshing ? "" : "&amp;refresh=off"
        let switching = isRefreshing
            ? "<a href=\"/?lang=\(here)&amp;refresh=off\">\(language("停止自动刷新", "Stop refreshing"))</a>"
            : "<a href=\"/?lang=\(here)\">\(language("自动刷新", "Refresh by itself"))</a>"
        let otherName = language("English", "中文")
        return "<a href=\"/?lang=\(other)\(still)\" lang=\"\(language("en", "zh-CN"))\">\(otherName)</a> \(switching)"
    }

    private var byState: [(String, Int64)] {
        state.figures.byState.map { (LiveWords.state($0.state, language), $0.count) }
    }

    private var byReason: [(String, Int64)] {
        state.figures.waitingByReason.map { (LiveWords.reason($0.reason, language), $0.count) }
    }

    private var cards: String {
        let open = Set(RequestState.allCases.filter(\.isOpen).map(\.word))
        let all = state.figures.byState.reduce(0) { $0 + $1.count }
        let openCount = state.figures.byState.reduce(0) { $0 + (open.contains($1.state) ? $1.count : 0) }
        let waiting = state.figures.byState.reduce(0) { $0 + ($1.state == RequestState.waiting.word ? $1.count : 0) }
        let entries = [
            ("", language("全部诉求", "All requests"), all), ("", language("未办结", "Open"), openCount),
            ("", language("待分派", "Waiting for an owner"), waiting),
            ("late", language("已逾期", "Missed deadlines"), state.figures.breached),
        ]
        return entries.map { "<div class=\"\($0)\"><dt>\($1)</dt><dd>\(number($2))</dd></div>" }.joined()
    }

    private func table(_ id: String, _ title: String, _ first: String, _ rows: [(String, Int64)]) -> String {
        guard !rows.isEmpty else { return "" }
        let total = max(1, rows.reduce(0) { $0 + $1.1 })
        let lines = rows.map { name, count in
            let percent = count * 100 / total
            let share = count > 0 && percent == 0 ? "&lt;1" : "\(percent)"
            return "<tr><th scope=\"row\">\(escaped(name))</th><td class=\"number\">\(number(count))</td>"
                + "<td class=\"number\">\(share)%<span class=\"bar\" style=\"width:\(percent)%\" aria-hidden=\"true\">"
                + "</span></td></tr>"
        }
        return """
            <section aria-labelledby="\(id)"><h2 id="\(id)">\(title)</h2>
            <table><caption class="unseen">\(title)</caption>
            <thead><tr><th scope="col">\(first)</th><th scope="col" class="number">\(language("件数", "Count"))</th>\
            <th scope="col" class="number">\(language("占比", "Share"))</th></tr></thead>
            <tbody>\(lines.joined(separator: "\n"))</tbody></table></section>
            """
    }

    private var latest: String {
        let title = language("最新诉求", "Latest requests")
        guard !state.latest.isEmpty else {
            return "<section><h2>\(title)</h2><p>\(language("还没有诉求。", "There are no requests yet."))</p></section>"
        }
        let heads = [
            language("受理时间", "Accepted"), language("村", "Village"), language("事项", "Service"),
            language("状态", "State"), language("承办人", "Owner"), language("编号", "Id"),
        ]
        let lines = state.latest.map { view in
            let id = view.status.id.description
            let reason = view.status.reason.map {
                " <small>\(escaped(LiveWords.reason($0.word, language)))</small>"
            }
            return "<tr><td>\(time(view.status.acceptedAt))</td><td>\(escaped(view.village))</td>"
                + "<td>\(escaped(view.serviceName))</td>"
                + "<td>\(escaped(LiveWords.state(view.status.state.word, language)))\(reason ?? "")</td>"
                + "<td>\(escaped(view.ownerName ?? view.owner ?? "—"))</td>"
                + "<th scope=\"row\"><a href=\"/v1/requests/\(id)\">…\(id.suffix(12))</a></th></tr>"
        }
        let columns = heads.map { "<th scope=\"col\">\($0)</th>" }.joined()
        return """
            <section aria-labelledby="latest"><h2 id="latest">\(title)</h2>
            <div class="wide" role="region" aria-labelledby="latest" tabindex="0">
            <table><caption class="unseen">\(title)</caption><thead><tr>\(columns)</tr></thead>
            <tbody>\(lines.joined(separator: "\n"))</tbody></table></div></section>
            """
    }

    /// With a thin space between thousands, which both languages read.
    private func number(_ value: Int64) -> String {
        var text = ""
        for (index, digit) in String(value).reversed().enumerated() {
            if index > 0, index % 3 == 0, digit != "-" { text.append("\u{202F}") }
            text.append(digit)
        }
        return String(text.reversed())
    }

    /// `<time>` in the county's zone, to the second.
    private func time(_ instant: Instant) -> String {
        let local = instant.adding(minutes: Int64(utcOffsetMinutes)).seconds
        let day = local >= 0 ? local / 86_400 : -((86_399 - local) / 86_400)
        let ofDay = Int(local - day * 86_400)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let hour = "\(two(ofDay / 3_600)):\(two(ofDay / 60 % 60)):\(two(ofDay % 60))"
        return "<time datetime=\"\(ISO8601.format(instant))\">\(CivilDate(daysSince1970: Int32(day))) \(hour)</time>"
    }
}
