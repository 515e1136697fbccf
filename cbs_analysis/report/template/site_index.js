"use strict";
(function () {
  var form = document.getElementById("filter");
  if (!form) return;
  form.hidden = false;
  var field = form.querySelector("input[type=search]");
  var failed = document.getElementById("only-failed"), changed = document.getElementById("only-changed");
  var told = form.querySelector("output");
  var areas = Array.from(document.querySelectorAll("section.area"));

  function plain(text) { return text.toLowerCase().replace(/\s+/g, " "); }

  function show() {
    var terms = plain(field.value).trim().split(" ").filter(Boolean), all = 0, shown = 0;
    areas.forEach(function (area) {
      var any = false;
      area.querySelectorAll("section.day").forEach(function (day) {
        var chosen = (!failed.checked || day.hasAttribute("data-failed"))
          && (!changed.checked || day.hasAttribute("data-changed"));
        var about = plain(area.querySelector("h2").textContent + " " + day.querySelector("h3").textContent + " "
          + Array.from(day.querySelectorAll(".about")).map(function (x) { return x.textContent; }).join(" "));
        var left = 0;
        day.querySelectorAll("tbody tr").forEach(function (row) {
          var text = about + " " + plain(row.textContent);
          var fits = chosen && (!failed.checked || row.hasAttribute("data-failed"))
            && terms.every(function (term) { return text.indexOf(term) >= 0; });
          row.hidden = !fits;
          var pages = row.querySelectorAll("[data-page]").length;
          all += pages;
          if (fits) { shown += pages; left += 1; }
        });
        day.hidden = !left;
        any = any || left > 0;
      });
      area.hidden = !any;
    });
    told.textContent = told.getAttribute("data-text").replace(/\{shown\}/g, shown).replace(/\{all\}/g, all);
  }

  form.addEventListener("input", show);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () { setTimeout(show); });
  show();
})();
