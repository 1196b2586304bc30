package dev.fovea.rollouts.packaging;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a registry sends its clients for a token, read from {@code WWW-Authenticate: Bearer} (the
 * distribution project's token specification).
 */
record BearerChallenge(URI realm, Optional<String> service) {
  private static final Pattern PARAMETER = Pattern.compile("([a-z]+)=\"([^\"]{0,2000})\"");
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[.*]|[^.]+");

  /** Reads a header's value; empty when it asks for something else than a bearer token. */
  static Optional<BearerChallenge> parse(String header) {
    if (!header.regionMatches(true, 0, "Bearer ", 0, "Bearer ".length())) {
      return Optional.empty();
    }
    var found = new HashMap<String, String>();
    var parameters = PARAMETER.matcher(header);
    while (parameters.find()) {
      found.put(parameters.group(1), parameters.group(2));
    }
    try {
      var realm = URI.create(found.getOrDefault("realm", ""));
      return realm.isAbsolute() && realm.getHost() != null
          ? Optional.of(new BearerChallenge(realm, Optional.ofNullable(found.get("service"))))
          : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /**
   * Whether a registry may send us there with its password: to itself, or by TLS to a host of its
   * own domain, as {@code auth.docker.io} is for {@code registry-1.docker.io}. An address has no
   * domain.
   */
  boolean belongsTo(RegistrySettings settings) {
    var host = realm.getRawAuthority().toLowerCase(Locale.ROOT);
    boolean plain = "http".equals(realm.getScheme());
    if (!plain && !"https".equals(realm.getScheme())) {
      return false;
    }
    if (host.equals(settings.host().toLowerCase(Locale.ROOT))) {
      return !plain || settings.plainHttp(settings.host());
    }
    return !plain
        && realm.getPort() < 0
        && !ADDRESS.matcher(realm.getHost()).matches()
        && domain(realm.getHost()).equals(domain(settings.host().replaceFirst(":\\d+$", "")));
  }

  private static String domain(String host) {
    var labels = host.toLowerCase(Locale.ROOT).split("\\.", -1);
    return labels.length < 2 ? host : labels[labels.length - 2] + "." + labels[labels.length - 1];
  }

  /** Where to ask for the right to push to a repository. */
  URI tokenFor(String repository) {
    var query = "scope=" + encoded("repository:" + repository + ":pull,push");
    var text = realm.toString() + (realm.getRawQuery() == null ? "?" : "&") + query;
    return URI.create(service.map(name -> text + "&service=" + encoded(name)).orElse(text));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
