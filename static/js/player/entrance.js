/** The sign-in page: nobody sits here now, so no form is to be opened from this machine, not without network either. The
 * answers themselves stay, encrypted, for the candidate who comes back. */

import { forgetPages } from "./offline.js";

forgetPages();
