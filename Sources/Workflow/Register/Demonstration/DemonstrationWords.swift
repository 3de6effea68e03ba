/// The words the demonstration county is made of, one entry a line. Openly invented, except for the holidays.
enum DemonstrationWords {
    /// Code, name, English name, tier.
    static let skills = """
        general,综合服务,General service,1
        policy,政策解读,Policy explanation,1
        mediation,矛盾调解,Mediation,1
        security,社会保障,Social security,1
        health,公共卫生,Public health,1
        education,教育服务,Education services,1
        roads,道路养护,Road maintenance,1
        water,供水排水,Water and drainage,1
        power,供电协调,Electricity,1
        sanitation,环境卫生,Sanitation,1
        land,土地管理,Land administration,1
        housing,住房建设,Housing,1
        administration,行政办公,Administration,2
        documents,公文写作,Official writing,2
        statistics,统计调查,Statistics,2
        finance,财务管理,Financial management,2
        law,法律事务,Legal affairs,2
        labour,劳动就业,Labour and employment,2
        safety,安全生产,Work safety,2
        emergency,应急管理,Emergency management,2
        traffic,交通管理,Traffic,2
        order,治安管理,Public order,2
        environment,环境保护,Environmental protection,2
        archives,档案管理,Archives,2
        computing,计算机应用,Computing,2
        governance,村务管理,Village governance,2
        mushroom,食用菌栽培,Mushroom growing,3
        bamboo,竹业加工,Bamboo processing,3
        forestry,林业技术,Forestry,3
        tea,茶叶种植,Tea growing,3
        vegetables,蔬菜种植,Vegetable growing,3
        livestock,畜牧兽医,Livestock and veterinary care,3
        machinery,农机使用,Farm machinery,3
        marketing,市场营销,Market information,3
        enterprise,企业管理,Enterprise management,3
        cooperatives,合作社指导,Cooperatives,3
        tourism,乡村旅游,Rural tourism,3
        coldchain,冷链物流,Cold chain logistics,3
        english,英语,English,4
        photography,摄影,Photography,4
        arts,文艺活动,Arts and entertainment,4
        sports,体育活动,Sports,4
        driving,驾驶,Driving,4
        heritage,文化遗产,Cultural heritage,4
        """

    /// Code, name, English name, category, skill, level, minutes to acknowledge, minutes to resolve, priority, keywords.
    static let services = """
        general,综合诉求,General request,general,general,1,240,2940,3,其他 咨询 反映 问题
        policy,政策解释,Policy explanation,information,policy,2,240,1260,3,政策 解释 规定 文件
        technology,科技咨询,Technological assistance,information,mushroom,2,240,2100,3,技术 种植 栽培 菌
        market,市场信息,Market information,information,marketing,1,240,1260,4,市场 价格 行情 销路
        entertainment,文化娱乐,Entertainment,information,arts,1,420,4200,5,文艺 演出 电影 广场舞
        road-damage,道路损坏,Damaged road,roads,roads,2,120,2940,2,道路 路面 坑洼 破损
        road-snow,道路积雪塌方,Snow or landslide on a road,roads,emergency,2,30,420,1,积雪 塌方 滑坡 堵路
        street-light,路灯故障,Street light out,roads,power,1,240,2100,4,路灯 不亮
        bridge,桥梁隐患,Unsafe bridge,roads,roads,3,60,2100,1,桥 桥梁 护栏
        water-outage,停水,No water,water,water,1,60,840,1,停水 没水 水压
        water-quality,水质问题,Water quality,water,water,2,60,1260,1,水质 浑浊 自来水
        drainage,排水堵塞,Blocked drain,water,water,1,120,1680,2,排水 下水道 污水 堵塞
        irrigation,农田灌溉,Irrigation,water,water,2,240,2940,3,灌溉 水渠 水库
        power-outage,停电,No electricity,electricity,power,1,60,840,1,停电 没电 跳闸
        power-line,电线隐患,Unsafe power line,electricity,power,2,60,1260,1,电线 电杆 变压器
        rubbish,垃圾清运,Rubbish collection,sanitation,sanitation,1,120,1260,3,垃圾 清运 垃圾桶
        toilet,公厕管理,Public toilet,sanitation,sanitation,1,240,2100,4,公厕 厕所
        pests,病媒防治,Pests,sanitation,health,2,240,2940,3,老鼠 蚊虫 蟑螂
        land-dispute,土地纠纷,Land dispute,land,land,2,240,6300,2,土地 纠纷 地界 承包地
        land-transfer,土地流转,Land transfer,land,land,2,420,4200,3,流转 租地
        land-requisition,征地补偿,Land requisition,land,land,3,240,6300,2,征地 补偿 拆迁
        homestead,宅基地审批,Homestead approval,housing,housing,2,420,6300,3,宅基地 建房 审批
        unsafe-house,危房,Unsafe house,housing,housing,2,60,2940,1,危房 漏雨 裂缝
        illegal-building,违章建筑,Illegal building,housing,housing,2,240,4200,3,违章 违建 搭建
        pollution-water,水污染,Water pollution,environment,environment,2,120,2940,1,污染 河道 排污
        pollution-air,空气污染,Air pollution,environment,environment,2,120,2940,2,废气 焚烧 异味 烟
        noise,噪声,Noise,environment,environment,1,120,1680,3,噪声 噪音 扰民
        trees,林木砍伐,Felling of trees,environment,forestry,2,120,2100,2,砍伐 树木 山林
        school,入学,School admission,education,education,1,240,2940,3,入学 学校 上学
        school-bus,校车接送,School bus,education,traffic,2,120,2100,2,校车 接送
        grant,助学补助,Education grant,education,education,2,420,4200,3,助学 奖学金 补助
        clinic,村卫生室,Village clinic,health,health,1,240,2100,2,卫生室 看病 医生
        vaccination,疫苗接种,Vaccination,health,health,1,240,2100,3,疫苗 接种 打针
        medical-insurance,医疗保险,Medical insurance,health,security,2,240,2940,3,医保 报销 新农合
        food-safety,食品安全,Food safety,health,health,2,60,1260,1,食品 变质 过期
        pension,养老保险,Pension,social-security,security,2,240,2940,3,养老 退休 养老金
        allowance,低保,Subsistence allowance,social-security,security,2,240,4200,2,低保 困难 救助
        disability,残疾人服务,Disability services,social-security,security,2,240,4200,2,残疾 残疾证 轮椅
        disaster-relief,救灾救济,Disaster relief,social-security,emergency,2,60,1260,1,受灾 救灾 洪水 台风
        elder-care,老年人照料,Care of the old,social-security,security,1,240,2940,3,老人 照料 敬老院
        traffic-safety,交通安全,Traffic safety,traffic,traffic,1,120,2100,2,交通 事故 红绿灯
        bus,公交线路,Bus service,traffic,traffic,1,420,4200,4,公交 班车 车站
        parking,停车管理,Parking,traffic,traffic,1,240,2100,4,停车 乱停
        dispute,邻里纠纷,Dispute between neighbours,public-order,mediation,2,120,2940,2,邻居 吵架 纠纷
        family,家庭矛盾,Family conflict,public-order,mediation,3,120,2940,2,家庭 婚姻 家暴
        theft,治安盗窃,Theft,public-order,order,2,30,1260,1,盗窃 偷 治安
        gambling,赌博举报,Gambling,public-order,order,2,60,2100,2,赌博 举报
        stray-dogs,犬只管理,Stray dogs,public-order,order,1,120,1680,3,狗 犬 咬人
        wages,拖欠工资,Unpaid wages,labour,labour,2,60,2940,1,工资 拖欠 欠薪
        jobs,就业介绍,Job placement,labour,labour,1,420,4200,4,就业 找工作 招聘
        training,技能培训,Skill training,labour,labour,1,420,4200,4,培训 学习
        work-safety,安全生产隐患,Unsafe workplace,labour,safety,2,60,1680,1,安全 隐患 工地
        loan,小额贷款,Small loan,finance,finance,2,420,4200,4,贷款 信用社 借款
        village-accounts,村级财务公开,Village accounts,finance,governance,3,240,4200,3,村务 财务 公开 账目
        subsidy,惠农补贴,Farm subsidy,finance,finance,2,240,2940,3,补贴 粮补 惠农
        mushroom-growing,食用菌技术,Mushroom growing advice,agriculture,mushroom,2,240,2100,3,香菇 木耳 灰树花
        bamboo-growing,竹林技术,Bamboo advice,agriculture,bamboo,2,240,2100,4,毛竹 竹笋 竹林
        tea-growing,茶叶技术,Tea advice,agriculture,tea,2,240,2100,4,茶叶 茶园
        vegetable-growing,蔬菜技术,Vegetable advice,agriculture,vegetables,2,240,2100,4,蔬菜 大棚
        veterinary,畜禽疫病,Animal disease,agriculture,livestock,2,60,840,1,猪 鸡 疫病 兽医
        machinery-repair,农机服务,Farm machinery,agriculture,machinery,1,240,2100,4,农机 拖拉机 收割机
        cooperative,合作社设立,Founding a cooperative,agriculture,cooperatives,2,420,6300,4,合作社
        cold-store,冷库与冷链,Cold storage,agriculture,coldchain,3,420,6300,4,冷库 冷链 保鲜
        heritage,文物古建保护,Heritage protection,culture,heritage,3,420,6300,4,文物 古建 廊桥
        """

    /// A year, then its exceptions to Monday to Friday: month and day, h holiday or w make-up workday. Equal to
    /// `deploy/calendar`, whose README names the source; 2027 was not announced when this was written.
    static let holidays = """
        2016 0101h 0206w 0208h 0209h 0210h 0211h 0212h 0214w 0404h 0502h 0609h 0610h 0612w 0915h 0916h 0918w 1003h 1004h 1005h 1006h 1007h 1008w 1009w
        2017 0102h 0122w 0127h 0130h 0131h 0201h 0202h 0204w 0401w 0403h 0404h 0501h 0527w 0529h 0530h 0930w 1002h 1003h 1004h 1005h 1006h
        2018 0101h 0211w 0215h 0216h 0219h 0220h 0221h 0224w 0405h 0406h 0408w 0428w 0430h 0501h 0618h 0924h 0929w 0930w 1001h 1002h 1003h 1004h 1005h 1229w 1231h
        2019 0101h 0202w 0203w 0204h 0205h 0206h 0207h 0208h 0405h 0428w 0501h 0502h 0503h 0505w 0607h 0913h 0929w 1001h 1002h 1003h 1004h 1007h 1012w
        2020 0101h 0119w 0124h 0127h 0128h 0129h 0130h 0131h 0406h 0426w 0501h 0504h 0505h 0509w 0625h 0626h 0628w 0927w 1001h 1002h 1005h 1006h 1007h 1008h 1010w
        2021 0101h 0207w 0211h 0212h 0215h 0216h 0217h 0220w 0405h 0425w 0503h 0504h 0505h 0508w 0614h 0918w 0920h 0921h 0926w 1001h 1004h 1005h 1006h 1007h 1009w
        2022 0103h 0129w 0130w 0131h 0201h 0202h 0203h 0204h 0402w 0404h 0405h 0424w 0502h 0503h 0504h 0507w 0603h 0912h 1003h 1004h 1005h 1006h 1007h 1008w 1009w
        2023 0102h 0123h 0124h 0125h 0126h 0127h 0128w 0129w 0405h 0423w 0501h 0502h 0503h 0506w 0622h 0623h 0625w 0929h 1002h 1003h 1004h 1005h 1006h 1007w 1008w
        2024 0101h 0204w 0212h 0213h 0214h 0215h 0216h 0218w 0404h 0405h 0407w 0428w 0501h 0502h 0503h 0511w 0610h 0914w 0916h 0917h 0929w 1001h 1002h 1003h 1004h 1007h 1012w
        2025 0101h 0126w 0128h 0129h 0130h 0131h 0203h 0204h 0208w 0404h 0427w 0501h 0502h 0505h 0602h 0928w 1001h 1002h 1003h 1006h 1007h 1008h 1011w
        2026 0101h 0102h 0104w 0214w 0216h 0217h 0218h 0219h 0220h 0223h 0228w 0406h 0501h 0504h 0505h 0509w 0619h 0920w 0925h 1001h 1002h 1005h 1006h 1007h 1010w
        """

    static let towns = """
        松源,Songyuan 云溪,Yunxi 竹口,Zhukou 屏山,Pingshan 荷塘,Hetang 石桥,Shiqiao 青田,Qingtian 龙潭,Longtan
        白水,Baishui 枫岭,Fengling 左溪,Zuoxi 百丈,Baizhang 大坪,Daping 官塘,Guantang 江根,Jianggen 安南,Annan
        五岭,Wuling 岭头,Lingtou 张村,Zhangcun 举水,Jushui
        """
    static let villageFirst = """
        上,Shang 下,Xia 东,Dong 西,Xi 南,Nan 北,Bei 大,Da 小,Xiao 新,Xin 后,Hou 前,Qian 高,Gao 青,Qing 白,Bai 黄,Huang
        """
    static let villageSecond = """
        坑,keng 洋,yang 岭,ling 湾,wan 塘,tang 坪,ping 源,yuan 垟,yang 桥,qiao 林,lin 田,tian 溪,xi 山,shan 井,jing
        """
    static let surnames = """
        王,Wang 李,Li 张,Zhang 刘,Liu 陈,Chen 杨,Yang 吴,Wu 周,Zhou 叶,Ye 胡,Hu 林,Lin 郑,Zheng 范,Fan 毛,Mao 季,Ji
        """
    static let givenNames = """
        伟,wei 芳,fang 秀英,xiuying 敏,min 静,jing 丽,li 强,qiang 磊,lei 军,jun 洋,yang 勇,yong 艳,yan 杰,jie 娟,juan
        涛,tao 明,ming 超,chao 霞,xia 平,ping 刚,gang 建国,jianguo 志强,zhiqiang 海燕,haiyan 文华,wenhua 晓东,xiaodong
        """
}
