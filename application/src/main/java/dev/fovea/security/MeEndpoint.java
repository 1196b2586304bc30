package dev.fovea.security;

import dev.fovea.kernel.Caller;
import dev.fovea.roles.Callers;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Who the caller is, and a link that signs that person's browser in. */
@RestController
class MeEndpoint {
  private final SignInLinks links;

  MeEndpoint(SignInLinks links) {
    this.links = links;
  }

  @GetMapping("/api/v1/me")
  Caller me() {
    return Callers.current();
  }

  @PostMapping("/api/v1/me/sign-in-link")
  Link link() {
    return new Link(links.create(Callers.current()));
  }

  record Link(String path) {}
}
