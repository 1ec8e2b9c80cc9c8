/** The SASL account that tests connect with. */
export const APP_USER = { username: 'app', password: 'app-secret' };

/** The SASL account that may do everything, whatever has been denied. */
export const ADMIN = { username: 'admin', password: 'admin-secret' };
