package dev.fovea.registry.login;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.fovea.kernel.Text;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The claims of a verified token, as rights are looked up in them. */
final class Claims {
  private static final String EMAIL = "email";
  private static final int MOST_VALUES = 2_000;
  private static final int MOST_NAMES = 40;
  private static final int VALUE_CHARS = 256;

  private final JWTClaimsSet all;

  Claims(JWTClaimsSet all) {
    this.all = all;
  }

  /** The provider's own name of the account, which stays. */
  Optional<String> account() {
    return Optional.ofNullable(all.getSubject())
        .filter(text -> !text.isBlank() && text.length() <= VALUE_CHARS);
  }

  /** The one text of a claim; empty where it has none or several. */
  Optional<String> text(String claim) {
    var found = values(claim);
    return found.size() == 1 ? Optional.of(found.iterator().next()) : Optional.empty();
  }

  /**
   * The texts of a claim: one, or a list. Dots lead into objects, unless a claim has them in its
   * name. An e-mail address counts only where the provider has verified that it is the person's.
   */
  Set<String> values(String claim) {
    if (claim.equals(EMAIL) && !Boolean.TRUE.equals(all.getClaim("email_verified"))) {
      return Set.of();
    }
    return texts(all.getClaims().containsKey(claim) ? all.getClaim(claim) : below(claim))
        .filter(text -> !text.isBlank() && text.length() <= VALUE_CHARS)
        .limit(MOST_VALUES)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Whether the token has no such claim at all, or no object on the way to it. */
  boolean lacks(String claim) {
    return !all.getClaims().containsKey(claim) && below(claim).isEmpty();
  }

  /**
   * Whether the provider left the values of a claim out because there are too many of them, as some
   * do with groups (OpenID Connect Core 1.0, 5.6.2).
   */
  boolean leavesOut(String claim) {
    return all.getClaim("_claim_names") instanceof Map<?, ?> names && names.containsKey(claim);
  }

  /** Which there are, for refusals. */
  List<String> names() {
    return all.getClaims().keySet().stream().sorted().limit(MOST_NAMES).map(Text::excerpt).toList();
  }

  private Optional<Object> below(String claim) {
    Object at = all.getClaims();
    for (var part : claim.split("\\.")) {
      var next = at instanceof Map<?, ?> object ? object.get(part) : null;
      if (next == null) {
        return Optional.empty();
      }
      at = next;
    }
    return Optional.of(at);
  }

  private static Stream<String> texts(@Nullable Object value) {
    return switch (value) {
      case Optional<?> found -> found.stream().flatMap(Claims::texts);
      case String text -> Stream.of(text);
      case Collection<?> several ->
          several.stream().filter(String.class::isInstance).map(String.class::cast);
      case null, default -> Stream.empty();
    };
  }
}
