/* Candidates sit at Chrome 109: newer syntax and newer browser APIs are errors. */
const compat = require("eslint-plugin-compat");
const esx = require("eslint-plugin-es-x");
const globals = require("globals");

module.exports = [
  compat.configs["flat/recommended"],
  esx.configs["flat/restrict-to-es2022"],
  {
    files: ["static/**/*.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "module", globals: globals.browser },
    rules: {
      "no-undef": "error",
      "no-unused-vars": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "Text of candidates must never become markup: use textContent." },
        { property: "outerHTML", message: "Text of candidates must never become markup: use textContent." },
        { property: "insertAdjacentHTML", message: "Text of candidates must never become markup: use textContent." },
      ],
    },
  },
];
