/// The page's style, sent within it: one answer is the whole page.
enum LivePageStyle {
    static let css = """
        :root{color-scheme:light dark;--ink:#1c2430;--soft:#5b6675;--paper:#f6f7f9;--card:#fff;--line:#dde2e8;\
        --mark:#1f5fbf;--late:#b3261e}
        @media(prefers-color-scheme:dark){:root{--ink:#e8ecf1;--soft:#a3adba;--paper:#12161c;--card:#1b2129;\
        --line:#323b47;--mark:#8ab4f8;--late:#ff8a80}}
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:64rem;padding:1rem;background:var(--paper);color:var(--ink);\
        font:1rem/1.5 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
        h1{font-size:1.5rem;margin:.5rem 0}h2{font-size:1.1rem;margin:1.5rem 0 .5rem}
        header p,footer{color:var(--soft);margin:.25rem 0}
        a{color:var(--mark)}nav a{display:inline-block;padding:.6rem .6rem .6rem 0}
        a:focus-visible,.wide:focus-visible{outline:3px solid var(--mark);outline-offset:2px}
        .cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.75rem;margin:0}
        .cards div{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:.75rem 1rem}
        .cards dt{color:var(--soft);font-size:.9rem}
        .cards dd{margin:0;font-size:1.75rem;font-weight:600;font-variant-numeric:tabular-nums}
        .late dd{color:var(--late)}
        table{width:100%;border-collapse:collapse;background:var(--card);border:1px solid var(--line)}
        th,td{padding:.5rem .75rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);font-weight:400}
        thead th{color:var(--soft);font-size:.9rem;white-space:nowrap}
        td:first-child time{white-space:nowrap}
        .number{text-align:right;font-variant-numeric:tabular-nums}
        .bar{display:block;margin:.2rem 0 0 auto;height:.25rem;border-radius:.2rem;background:var(--mark)}
        .wide{overflow-x:auto}small{color:var(--soft)}
        .unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
        """
}
