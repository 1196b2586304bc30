package dev.fovea.web.tokens;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Caller.Role;
import dev.fovea.kernel.Caller.Scope;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
import dev.fovea.registry.Access;
import dev.fovea.registry.Access.Token;
import dev.fovea.registry.Access.TokenRequest;
import dev.fovea.roles.Callers;
import dev.fovea.roles.Problems;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * Tokens that open a project: one's own, and for administrators all of them. Whoever signs in as a
 * person gets programs in by these.
 */
@Controller
class TokenPages {
  private static final DateTimeFormatter ENDS =
      DateTimeFormatter.ofPattern("d MMM HH:mm 'UTC'", Locale.ENGLISH).withZone(ZoneOffset.UTC);
  private static final List<Integer> DAYS = List.of(1, 7, 30, 90);

  private final Access access;

  TokenPages(Access access) {
    this.access = access;
  }

  /** A token in the list. */
  record Row(Token token) {
    public String roles() {
      return words(token.roles());
    }

    /** {@code in 30 days}; of the last two days the date and time tell more. */
    public String ends() {
      long days = Duration.between(Instant.now(), token.expires()).toDays();
      return days < 2 ? ENDS.format(token.expires()) : "in %d days".formatted(days);
    }

    public String scopes() {
      return token.scopes().isEmpty() ? "" : words(token.scopes());
    }

    public String projects() {
      return Stream.concat(Stream.of(token.project()), token.others().stream())
          .sorted()
          .map(project -> project.equals(Caller.ALL) ? "all projects" : project)
          .collect(Collectors.joining(", "));
    }
  }

  @GetMapping("/{project}/tokens")
  String list(@PathVariable("project") Name project, Model page) {
    var caller = Callers.current();
    page.addAttribute(
        "tokens",
        access.tokens().stream()
            .filter(token -> opens(token, project.text()))
            .map(Row::new)
            .toList());
    page.addAttribute("keeper", isKeeper(caller));
    page.addAttribute("name", caller.subject());
    page.addAttribute("roles", grantable(caller).stream().map(Role::name).toList());
    page.addAttribute("scopes", Stream.of(Scope.values()).map(Scope::name).toList());
    page.addAttribute("days", DAYS);
    return "tokens";
  }

  /** The token is on the answer of this request and nowhere else, so it is no redirect. */
  @PostMapping("/{project}/tokens/create")
  String create(
      @PathVariable("project") Name project,
      @RequestParam(name = "subject", required = false) Optional<String> subject,
      @RequestParam(name = "role", required = false) Optional<Set<Role>> roles,
      @RequestParam(name = "scope", required = false) Optional<Set<Scope>> scopes,
      @RequestParam("days") int days,
      HttpServletResponse response,
      Model page) {
    var name = subject.map(String::strip).orElseGet(() -> Callers.current().subject());
    try {
      page.addAttribute(
          "made",
          access.issue(
              new TokenRequest(
                  name,
                  project.text(),
                  roles.orElse(Set.of()),
                  days,
                  Set.of(),
                  scopes.orElse(Set.of()))));
      page.addAttribute("madeFor", name);
    } catch (Problem problem) {
      page.addAttribute("refusal", problem);
      response.setStatus(Problems.status(problem.kind()).value());
    }
    return list(project, page);
  }

  @PostMapping("/{project}/tokens/{id}/revoke")
  String revoke(@PathVariable("project") Name project, @PathVariable("id") String id) {
    access.revoke(id);
    return "redirect:/%s/tokens".formatted(project);
  }

  private static boolean opens(Token token, String project) {
    return token.project().equals(project)
        || token.project().equals(Caller.ALL)
        || token.others().contains(project);
  }

  private static Set<Role> grantable(Caller caller) {
    var all = isKeeper(caller) ? EnumSet.allOf(Role.class) : EnumSet.noneOf(Role.class);
    all.addAll(caller.roles());
    all.removeAll(Caller.NOT_FOR_TOKENS);
    return all;
  }

  private static boolean isKeeper(Caller caller) {
    return caller.roles().contains(Role.ADMIN);
  }

  private static String words(Set<? extends Enum<?>> values) {
    return values.stream().map(Enum::name).sorted().collect(Collectors.joining(", "));
  }
}
