/// The version all programs of this package print and carry as `application_name` and metric label.
public enum Version {
    public static let current = "0.1.0"
}
