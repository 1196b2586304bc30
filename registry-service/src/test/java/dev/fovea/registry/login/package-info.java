@NullMarked
package dev.fovea.registry.login;

import org.jspecify.annotations.NullMarked;
