package streamllm.feed;

import java.io.Serializable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where a socket is, as libzmq writes it: {@code tcp://HOST:PORT} or {@code ipc://PATH}.
 *
 * @param text as it was written
 * @param host in lower case and without brackets; null of a path
 * @param path null of a host
 */
public record Endpoint(String text, String host, int port, String path) implements Serializable {
    /** Longer ones are nobody's. */
    private static final int LONGEST = 320;
    private static final Pattern NUMERIC = Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|\\d{1,2})(\\.(?=.)|$)){4}");

    /** Why an endpoint isn't used. */
    public static final class Refusal extends Exception {
        Refusal(String reason) { super(reason); }
    }

    /** @throws IllegalArgumentException for what isn't an endpoint to connect to */
    public static Endpoint of(String text) {
        Endpoint endpoint = parse(text);
        if (endpoint == null) throw new IllegalArgumentException("not an endpoint (tcp://HOST:PORT or ipc://PATH): " + text);
        return endpoint;
    }

    private static Endpoint parse(String text) {
        if (text.length() > LONGEST || text.chars().anyMatch(c -> c <= 0x20 || c == 0x7F)) return null;
        if (text.startsWith("ipc://") && text.length() > 6) return new Endpoint(text, null, 0, text.substring(6));
        int colon = text.lastIndexOf(':');
        if (!text.startsWith("tcp://") || colon <= 6) return null;
        int port;
        try { port = Integer.parseInt(text.substring(colon + 1)); } catch (NumberFormatException e) { return null; }
        if (port < 1 || port > 65_535) return null;
        String host = text.substring(6, colon).toLowerCase(Locale.ROOT);
        if (host.startsWith("[") && host.endsWith("]")) host = host.substring(1, host.length() - 1);
        return new Endpoint(text, host, port, null);
    }

    /** @throws UnknownHostException for a host that nobody knows now, or nobody has said yet where it is */
    SocketAddress address() throws UnknownHostException {
        if (path == null) return new InetSocketAddress(isNumeric() ? InetAddress.getByName(host) : Names.find(host), port);
        // Java has no abstract names (unix(7)).
        if (path.startsWith("@")) throw new UnknownHostException("abstract sockets can't be connected to from Java");
        return UnixDomainSocketAddress.of(path);
    }

    /** Whether nobody has to be asked where the host is. */
    private boolean isNumeric() { return host.contains(":") || NUMERIC.matcher(host).matches(); }

    /**
     * Where a publisher is to be asked that names an endpoint. It is believed as far as its connection goes: another port of the
     * host that its records come from, or another socket in the same folder.
     *
     * @param said what control names
     */
    Endpoint replay(String said) throws Refusal {
        Endpoint place = parse(said);
        if (place == null) throw new Refusal("its replay endpoint isn't one");
        if (path != null && place.path != null) {
            if (!folder(path).equals(folder(place.path))) {
                throw new Refusal("its replay socket is in another folder than its records'");
            }
            return place;
        }
        if (path != null) {
            if (!isLoopback(place.host) && !isWildcard(place.host)) throw new Refusal("its replay endpoint is on another host");
            return isWildcard(place.host) ? of("tcp://127.0.0.1:" + place.port) : place;
        }
        if (place.path != null) throw new Refusal("its replay endpoint is of another kind than its records'");
        // All of these are this machine's, and may be different sockets.
        if (isLoopback(host) && isLoopback(place.host)) return place;
        boolean isSame = host.equals(place.host) || isWildcard(place.host) || isAddress(place.host) && !isAddress(host);
        if (!isSame) throw new Refusal("its replay endpoint is on another host");
        return of(text.substring(0, text.lastIndexOf(':')) + ":" + place.port);
    }

    private static String folder(String path) {
        if (path.startsWith("@")) return "@";
        String plain = path.replaceAll("/+", "/");
        return plain.substring(0, Math.max(0, plain.lastIndexOf('/')));
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("::1") || host.startsWith("127.") && isAddress(host);
    }

    private static boolean isWildcard(String host) { return host.equals("*") || host.equals("0.0.0.0") || host.equals("::"); }

    private static boolean isAddress(String host) {
        return host.contains(":") || !host.isEmpty() && host.chars().allMatch(c -> c >= '0' && c <= '9' || c == '.');
    }

    @Override public String toString() { return text; }
}
