package org.styleinv.gate;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whose broadcasts somebody sees and ends, and whose those are that it starts. What another tenant has is not there for it:
 * NOT_FOUND, never PERMISSION_DENIED, and a name that another has taken is free.
 *
 * @param name a-z, 0-9, _, - and .; empty for who runs the mesh, and sees what all have
 */
public record Tenant(String name) {
    /** Header of a call by which an operator acts for a tenant: it sees then what that one sees. */
    public static final String HEADER = "styleinv-tenant";

    /** Who runs the mesh; and anybody where nobody is told apart. */
    public static final Tenant MESH = new Tenant("");

    private static final Pattern NAME = Pattern.compile("[a-z0-9_.-]{1,64}");

    public Tenant {
        if (!name.isEmpty()) {
            demandName(name);
        }
    }

    /** @throws IllegalArgumentException naming what it got */
    public static void demandName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a tenant's name is of a-z, 0-9, _, - and ., got \"" + name + "\"");
        }
    }

    /** Whether it sees what all tenants have. */
    public boolean all() {
        return name.isEmpty();
    }

    /** Whether it may know of what that tenant has. */
    public boolean sees(String other) {
        return all() || name.equals(other);
    }

    /**
     * Whom a call is for.
     *
     * @param wanted what {@link #HEADER} says, null if it is not there
     * @throws Denied if this one is somebody else and may not act for others
     */
    public Tenant actingFor(@Nullable String wanted) throws Denied {
        if (wanted == null || wanted.equals(name)) {
            return this;
        }
        if (!all()) {
            throw new Denied(
                    Denied.Kind.FORBIDDEN, "the header " + HEADER + " is for operators, who may act for others", 0);
        }
        try {
            demandName(wanted);
        } catch (IllegalArgumentException e) {
            throw new Denied(Denied.Kind.FORBIDDEN, String.valueOf(e.getMessage()), 0);
        }
        return new Tenant(wanted);
    }
}
