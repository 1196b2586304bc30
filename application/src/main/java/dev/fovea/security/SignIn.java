package dev.fovea.security;

import dev.fovea.kernel.Problem;
import dev.fovea.registry.SignIns;
import dev.fovea.roles.ConditionalOnRole;
import dev.fovea.roles.ServiceRole;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Opens a one-time link, shows how to get one or another way in, and signs out. */
@Controller
@ConditionalOnRole(ServiceRole.WEB)
class SignIn {
  private final SignInLinks links;
  private final SignIns provider;

  SignIn(SignInLinks links, SignIns provider) {
    this.links = links;
    this.provider = provider;
  }

  @GetMapping("/login")
  String open(
      @RequestParam(name = "code", required = false) Optional<String> code,
      @RequestParam(name = "next", defaultValue = "/") String next,
      HttpServletRequest request,
      Model page) {
    var caller = code.flatMap(links::redeem);
    if (caller.isPresent()) {
      SessionSource.signIn(request, caller.get());
      return "redirect:" + LocalPath.of(next);
    }
    page.addAttribute("next", LocalPath.of(next));
    offer().ifPresent(offer -> page.addAttribute("provider", offer.label()));
    return "login";
  }

  @PostMapping("/logout")
  String leave(HttpServletRequest request) {
    SessionSource.signOut(request);
    return "redirect:/login";
  }

  /** A registry that does not answer costs this way in, never the page. */
  private Optional<SignIns.Offer> offer() {
    try {
      return provider.offer();
    } catch (Problem unavailable) {
      return Optional.empty();
    }
  }
}
