package dev.fovea.registry.login;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Caller.Role;
import dev.fovea.kernel.Text;
import dev.fovea.registry.login.LoginProperties.Grant;
import dev.fovea.roles.NotAllowed;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a person's claims give them. */
final class Rights {
  private static final int MOST_SHOWN = 12;

  private final String claim;
  private final List<Grant> grants;

  /**
   * @param claim the one that a grant looks at which names none
   */
  Rights(String claim, List<Grant> grants) {
    this.claim = claim;
    this.grants = grants;
  }

  /**
   * The roles by project.
   *
   * @throws NotAllowed where there are none, saying which groups would give some
   */
  Map<String, Set<Role>> of(Claims claims, String name) {
    var rights = new TreeMap<String, Set<Role>>();
    for (var grant : grants) {
      if (claims.values(claimOf(grant)).contains(grant.value())) {
        rights
            .computeIfAbsent(grant.project(), _ -> EnumSet.noneOf(Role.class))
            .addAll(grant.roles());
      }
    }
    if (rights.isEmpty()) {
      throw new NotAllowed(
          "'%s' has no right here: %s".formatted(Text.excerpt(name), found(claims)), missing());
    }
    if (rights.size() > Caller.MOST_PROJECTS) {
      throw new NotAllowed(
          "'%s' has rights in %d projects (at most %d)"
              .formatted(Text.excerpt(name), rights.size(), Caller.MOST_PROJECTS),
          "ask an administrator to map one of your groups to project *");
    }
    return rights;
  }

  private String found(Claims claims) {
    if (claims.leavesOut(claim)) {
      return "the provider left '%s' out of its token, since there are too many".formatted(claim);
    }
    var values = claims.values(claim);
    return values.isEmpty()
        ? "the provider's token has no '%s'".formatted(claim)
        : "'%s' has %s, and none of them gives any".formatted(claim, shown(values));
  }

  private String missing() {
    var wanted = new TreeSet<String>();
    grants.forEach(grant -> wanted.add("%s=%s".formatted(claimOf(grant), grant.value())));
    return "ask whoever keeps the provider for one of %s, or an administrator of Fovea to map what you have: fovea.auth.login.grants"
        .formatted(shown(wanted));
  }

  private String claimOf(Grant grant) {
    return grant.claim().orElse(claim);
  }

  private static String shown(Collection<String> values) {
    var first = values.stream().limit(MOST_SHOWN).map(Text::excerpt).toList();
    return values.size() > MOST_SHOWN
        ? "%s and %d more".formatted(first, values.size() - MOST_SHOWN)
        : first.toString();
  }
}
