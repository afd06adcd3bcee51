/// Taking what is in a place.

/// Puts a new value in a place and returns the old one.
package func exchange<T>(_ place: inout T, with value: T) -> T {
    let old = place
    place = value
    return old
}
