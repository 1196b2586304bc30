package dev.fovea.security;

import dev.fovea.roles.ConditionalOnRole;
import dev.fovea.roles.ServiceRole;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Opens a one-time link, shows how to get one, and signs out. */
@Controller
@ConditionalOnRole(ServiceRole.WEB)
class SignIn {
  private final SignInLinks links;

  SignIn(SignInLinks links) {
    this.links = links;
  }

  @GetMapping("/login")
  String open(
      @RequestParam(name = "code", required = false) Optional<String> code,
      @RequestParam(name = "next", defaultValue = "/") String next,
      HttpServletRequest request) {
    var caller = code.flatMap(links::redeem);
    caller.ifPresent(found -> SessionSource.signIn(request, found));
    return caller.isPresent() ? "redirect:" + local(next) : "login";
  }

  @PostMapping("/logout")
  String leave(HttpServletRequest request) {
    SessionSource.signOut(request);
    return "redirect:/login";
  }

  /**
   * Only a path of this server: no scheme, no host, no backslash that a browser takes for a slash.
   */
  private static String local(String next) {
    return next.matches("/([A-Za-z0-9._~@#=&%?-][A-Za-z0-9._~@#=&%?/-]*)?") && !next.contains("..")
        ? next
        : "/";
  }
}
