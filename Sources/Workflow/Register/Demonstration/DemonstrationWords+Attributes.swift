extension DemonstrationWords {
    /// Service, code, datatype, required, question, question in English, answers of a list.
    ///
    /// None is required: whoever tries the county out may ask for any service without looking its questions up.
    static let attributes = """
        water-outage,since,datetime,no,从什么时候开始停水,Since when is there no water,-
        water-outage,extent,singlevaluelist,no,停水范围,Who else has no water,house:仅我家:Only my house;lane:整条巷:The lane;village:全村:The whole village
        water-quality,source,singlevaluelist,no,水源,Where the water comes from,tap:自来水:Tap;well:水井:Well;spring:山泉水:Spring
        water-quality,signs,multivaluelist,no,有什么异常,What is wrong with it,cloudy:浑浊:Cloudy;smell:异味:Smell;colour:变色:Colour;ill:有人不适:Somebody fell ill
        road-damage,kind,singlevaluelist,no,损坏类型,Kind of damage,pothole:坑洼:Pothole;crack:开裂:Crack;collapse:塌陷:Collapse;rail:护栏损坏:Broken rail
        road-damage,passable,singlevaluelist,no,能否通行,Can it be passed,all:车辆可通行:By vehicles;foot:仅可步行:On foot only;none:不能通行:Not at all
        street-light,pole,string,no,灯杆编号,Number on the pole,-
        unsafe-house,residents,number,no,居住人数,How many live there,-
        unsafe-house,signs,multivaluelist,no,有哪些险情,What is to be seen,crack:裂缝:Cracks;leak:漏雨:Leaks;tilt:倾斜:Leaning;beam:梁柱损坏:Broken beams
        wages,employer,string,no,用人单位,Employer,-
        wages,amount,number,no,拖欠金额（元）,Amount owed in yuan,-
        wages,months,number,no,拖欠月数,Months owed,-
        veterinary,animal,singlevaluelist,no,什么牲畜,Which animals,pig:猪:Pigs;fowl:家禽:Fowl;cattle:牛:Cattle;sheep:羊:Sheep;other:其他:Others
        veterinary,sick,number,no,发病数量,How many are ill,-
        veterinary,course,text,no,症状和经过,Signs and course of the illness,-
        """
}
